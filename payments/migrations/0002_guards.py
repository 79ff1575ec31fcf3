"""What the database refuses by itself where money stands (see docs/architecture.md).

Every function fixes its search path: else a caller could put a temporary table of the same name before the real one.
"""

from django.db import migrations

APPEND_ONLY = ["rulesnapshot", "balanceentry", "paper", "payoutevent"]

RUNS = """
CREATE FUNCTION butlang_runitem_frozen() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' AND (SELECT state FROM payments_run WHERE id = OLD.run_id) IN ('open', 'cancelled') THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'frozen input of run % does not change', OLD.run_id
    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER runitem_frozen BEFORE UPDATE OR DELETE ON payments_runitem
  FOR EACH ROW EXECUTE FUNCTION butlang_runitem_frozen();

CREATE FUNCTION butlang_runitem_joins_open() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM payments_run r WHERE r.id IN (SELECT run_id FROM arrived) AND r.state <> 'open') THEN
    RAISE EXCEPTION 'no item joins a frozen run'
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER runitem_joins_open AFTER INSERT ON payments_runitem
  REFERENCING NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION butlang_runitem_joins_open();

CREATE FUNCTION butlang_run_issued() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
DECLARE loose text[] := ARRAY['state', 'version', 'closed_at', 'papers_ready_at'];
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'runs stay' USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  IF OLD.state IN ('issued', 'closed', 'cancelled')
     AND (to_jsonb(OLD) - loose <> to_jsonb(NEW) - loose
          OR (OLD.state, NEW.state) NOT IN
             (('issued', 'issued'), ('issued', 'closed'), ('closed', 'closed'), ('cancelled', 'cancelled'))) THEN
    RAISE EXCEPTION 'run % is % and does not change', OLD.id, OLD.state
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER run_issued BEFORE UPDATE OR DELETE ON payments_run
  FOR EACH ROW EXECUTE FUNCTION butlang_run_issued();

CREATE FUNCTION butlang_run_sums() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
DECLARE sums record; spent bigint; available bigint;
BEGIN
  SELECT coalesce(sum(gross), 0)::bigint AS gross, coalesce(sum(tax), 0)::bigint AS tax,
         coalesce(sum(net), 0)::bigint AS net, count(*) FILTER (WHERE state <> 'issued') AS loose
    INTO sums FROM payments_statement WHERE run_id = NEW.id;
  IF sums.loose > 0 OR sums.gross IS DISTINCT FROM NEW.gross OR sums.tax IS DISTINCT FROM NEW.tax
     OR sums.net IS DISTINCT FROM NEW.net THEN
    RAISE EXCEPTION 'run % is not the sum of its statements', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'run_is_sum_of_statements';
  END IF;
  -- Locked before the sum is read: of two runs issued at once the second sees the first.
  SELECT amount INTO available FROM payments_fund WHERE id = NEW.fund_id FOR NO KEY UPDATE;
  SELECT coalesce(sum(gross), 0)::bigint INTO spent
    FROM payments_run WHERE fund_id = NEW.fund_id AND state IN ('issued', 'closed');
  IF available IS NULL OR spent > available THEN
    RAISE EXCEPTION 'fund of run % would be overdrawn', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'fund_not_overdrawn';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER run_sums AFTER UPDATE OR INSERT ON payments_run
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state IN ('issued', 'closed'))
  EXECUTE FUNCTION butlang_run_sums();

CREATE FUNCTION butlang_fund_covers() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.amount < (SELECT coalesce(sum(gross), 0) FROM payments_run
                    WHERE fund_id = NEW.id AND state IN ('issued', 'closed')) THEN
    RAISE EXCEPTION 'fund % cannot go below what was issued from it', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER fund_covers BEFORE UPDATE ON payments_fund
  FOR EACH ROW EXECUTE FUNCTION butlang_fund_covers();
"""

STATEMENTS = """
CREATE FUNCTION butlang_statement_issued() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.state = 'issued' THEN
    RAISE EXCEPTION 'statement % is issued and does not change', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  IF NEW.run_id <> OLD.run_id THEN
    RAISE EXCEPTION 'statement % stays in its run', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER statement_issued BEFORE UPDATE OR DELETE ON payments_statement
  FOR EACH ROW EXECUTE FUNCTION butlang_statement_issued();

CREATE FUNCTION butlang_statement_joins_open() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM payments_run r WHERE r.id IN (SELECT run_id FROM arrived)
              AND r.state IN ('issued', 'closed', 'cancelled')) THEN
    RAISE EXCEPTION 'no statement joins an issued or cancelled run'
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER statement_joins_open AFTER INSERT ON payments_statement
  REFERENCING NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION butlang_statement_joins_open();

CREATE FUNCTION butlang_statement_sums() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
DECLARE lines record;
BEGIN
  SELECT count(*) AS n, coalesce(sum(amount), 0)::bigint AS total
    INTO lines FROM payments_line WHERE statement_id = NEW.id;
  IF lines.n <> NEW.line_count OR lines.total <> NEW.line_total THEN
    RAISE EXCEPTION 'statement % is not the sum of its lines', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'statement_is_sum_of_lines';
  END IF;
  IF (SELECT state FROM payments_run WHERE id = NEW.run_id) NOT IN ('issued', 'closed') THEN
    RAISE EXCEPTION 'statement % is issued, its run is not', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'statement_issued_with_run';
  END IF;
  IF NEW.number > 1 AND NOT EXISTS (SELECT 1 FROM payments_statement WHERE portal_id = NEW.portal_id
                                     AND year = NEW.year AND number = NEW.number - 1) THEN
    RAISE EXCEPTION 'statement number % leaves a gap', NEW.number
      USING ERRCODE = 'check_violation', CONSTRAINT = 'statement_number_gapless';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER statement_sums AFTER UPDATE OR INSERT ON payments_statement
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'issued')
  EXECUTE FUNCTION butlang_statement_sums();

CREATE FUNCTION butlang_line_stays() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' AND (SELECT state FROM payments_statement WHERE id = OLD.statement_id) = 'approved' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'line % does not change', OLD.id
    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER line_stays BEFORE UPDATE OR DELETE ON payments_line
  FOR EACH ROW EXECUTE FUNCTION butlang_line_stays();

CREATE FUNCTION butlang_line_joins_open() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM arrived JOIN payments_statement s ON s.id = arrived.statement_id
              WHERE s.state = 'issued') THEN
    RAISE EXCEPTION 'no line joins an issued statement'
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER line_joins_open AFTER INSERT ON payments_line
  REFERENCING NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION butlang_line_joins_open();

CREATE FUNCTION butlang_payout_stays() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.live AND NOT NEW.live
     AND to_jsonb(OLD) - 'live' = to_jsonb(NEW) - 'live'
     AND NOT EXISTS (SELECT 1 FROM payments_payoutevent WHERE payout_id = OLD.id AND outcome = 'confirmed') THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'payout % does not change', OLD.id
    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER payout_stays BEFORE UPDATE OR DELETE ON payments_payout
  FOR EACH ROW EXECUTE FUNCTION butlang_payout_stays();

CREATE FUNCTION butlang_payout_confirmed_while_live() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM payments_payout WHERE id = NEW.payout_id AND live FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'payout % came back and is not confirmed', NEW.payout_id
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payout_confirmed_while_live BEFORE INSERT ON payments_payoutevent
  FOR EACH ROW WHEN (NEW.outcome = 'confirmed') EXECUTE FUNCTION butlang_payout_confirmed_while_live();
"""

RATES = """
CREATE FUNCTION butlang_dated_rule_stays() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.effective_until IS NULL AND NEW.effective_until IS NOT NULL
     AND to_jsonb(OLD) - 'effective_until' = to_jsonb(NEW) - 'effective_until' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a dated rule is closed once, never changed'
    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER basesalary_stays BEFORE UPDATE OR DELETE ON payments_basesalary
  FOR EACH ROW EXECUTE FUNCTION butlang_dated_rule_stays();
CREATE TRIGGER taxrule_stays BEFORE UPDATE OR DELETE ON payments_taxrule
  FOR EACH ROW EXECUTE FUNCTION butlang_dated_rule_stays();

CREATE FUNCTION butlang_schedule_stays() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
DECLARE loose text[] := ARRAY['effective_until', 'state'];
BEGIN
  IF OLD.state = 'draft' THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - loose = to_jsonb(NEW) - loose
     AND (OLD.state, NEW.state) IN
         (('in_force', 'in_force'), ('in_force', 'replaced'), ('replaced', 'replaced'))
     AND (OLD.effective_until IS NULL OR OLD.effective_until = NEW.effective_until) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a schedule in force is closed once, never changed'
    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER rateschedule_stays BEFORE UPDATE OR DELETE ON payments_rateschedule
  FOR EACH ROW EXECUTE FUNCTION butlang_schedule_stays();
"""

TRUNCATED_NEVER = ["run", "runitem", "statement", "line", "payout", "basesalary", "taxrule", "rateschedule"]

BACK = """
DROP FUNCTION butlang_runitem_frozen() CASCADE;
DROP FUNCTION butlang_runitem_joins_open() CASCADE;
DROP FUNCTION butlang_run_issued() CASCADE;
DROP FUNCTION butlang_run_sums() CASCADE;
DROP FUNCTION butlang_fund_covers() CASCADE;
DROP FUNCTION butlang_statement_issued() CASCADE;
DROP FUNCTION butlang_statement_joins_open() CASCADE;
DROP FUNCTION butlang_statement_sums() CASCADE;
DROP FUNCTION butlang_line_stays() CASCADE;
DROP FUNCTION butlang_line_joins_open() CASCADE;
DROP FUNCTION butlang_payout_stays() CASCADE;
DROP FUNCTION butlang_payout_confirmed_while_live() CASCADE;
DROP FUNCTION butlang_dated_rule_stays() CASCADE;
DROP FUNCTION butlang_schedule_stays() CASCADE;
"""


def append_only(name: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"""
        CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON payments_{name}
          FOR EACH ROW EXECUTE FUNCTION butlang_refuse('append-only');
        CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON payments_{name}
          FOR EACH STATEMENT EXECUTE FUNCTION butlang_refuse('append-only');
        """,
        f"""
        DROP TRIGGER {name}_append_only ON payments_{name};
        DROP TRIGGER {name}_no_truncate ON payments_{name};
        """,
    )


def no_truncate(name: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"""
        CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON payments_{name}
          FOR EACH STATEMENT EXECUTE FUNCTION butlang_refuse('never emptied');
        """,
        f"DROP TRIGGER {name}_no_truncate ON payments_{name};",
    )


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial"), ("contributors", "0002_guards")]

    operations = [
        migrations.RunSQL(RUNS + STATEMENTS + RATES, BACK),
        *[append_only(name) for name in APPEND_ONLY],
        *[no_truncate(name) for name in TRUNCATED_NEVER],
    ]
