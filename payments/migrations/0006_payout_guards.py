"""What the database refuses by itself where money goes out (see docs/architecture.md).

Every function fixes its search path: else a caller could put a temporary table of the same name before the real one.
"""

from django.db import migrations

# A confirmed payout ends only where a second person has taken the confirmation back.
PAYOUT_STAYS = """
CREATE OR REPLACE FUNCTION butlang_payout_stays() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.live AND NOT NEW.live
     AND to_jsonb(OLD) - 'live' = to_jsonb(NEW) - 'live'
     AND (NOT EXISTS (SELECT 1 FROM payments_payoutevent WHERE payout_id = OLD.id AND outcome = 'confirmed')
          OR EXISTS (SELECT 1 FROM payments_payoutevent WHERE payout_id = OLD.id AND outcome = 'revoked')) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'payout % does not change', OLD.id
    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
"""

PAYOUT_STAYS_BEFORE = """
CREATE OR REPLACE FUNCTION butlang_payout_stays() RETURNS trigger LANGUAGE plpgsql
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
"""

REVOKING = """
CREATE FUNCTION butlang_payout_revoked_by_another() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM payments_payout WHERE id = NEW.payout_id AND live FOR SHARE;
  IF NOT FOUND OR NOT EXISTS (SELECT 1 FROM payments_payoutevent WHERE payout_id = NEW.payout_id
                               AND outcome = 'confirmed' AND recorded_by_id <> NEW.recorded_by_id) THEN
    RAISE EXCEPTION 'payout %: who confirmed does not take it back', NEW.payout_id
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payout_revoked_by_another BEFORE INSERT ON payments_payoutevent
  FOR EACH ROW WHEN (NEW.outcome = 'revoked') EXECUTE FUNCTION butlang_payout_revoked_by_another();

CREATE FUNCTION butlang_payout_returned_while_open() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM payments_payout WHERE id = NEW.payout_id AND live FOR SHARE;
  IF NOT FOUND OR EXISTS (SELECT 1 FROM payments_payoutevent
                           WHERE payout_id = NEW.payout_id AND outcome = 'confirmed') THEN
    RAISE EXCEPTION 'payout % has its outcome', NEW.payout_id
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payout_returned_while_open BEFORE INSERT ON payments_payoutevent
  FOR EACH ROW WHEN (NEW.outcome = 'returned') EXECUTE FUNCTION butlang_payout_returned_while_open();
"""

BATCHES = """
CREATE FUNCTION butlang_batch_stays() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
DECLARE loose text[] := ARRAY['state', 'version', 'file_sha256', 'sent_by_id', 'sent_at', 'done_at'];
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - loose = to_jsonb(NEW) - loose
     AND (OLD.state, NEW.state) IN
         (('prepared', 'prepared'), ('prepared', 'sent'), ('prepared', 'done'), ('prepared', 'dissolved'),
          ('sent', 'sent'), ('sent', 'done'), ('done', 'done'), ('done', 'sent'), ('done', 'prepared'))
     AND (NEW.state <> 'prepared' OR OLD.sent_at IS NULL) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'batch % does not change so', OLD.id
    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER payoutbatch_stays BEFORE UPDATE OR DELETE ON payments_payoutbatch
  FOR EACH ROW EXECUTE FUNCTION butlang_batch_stays();

CREATE FUNCTION butlang_batchitem_stays() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.live AND NOT NEW.live AND to_jsonb(OLD) - 'live' = to_jsonb(NEW) - 'live'
     AND (SELECT state FROM payments_payoutbatch WHERE id = OLD.batch_id) IN ('prepared', 'dissolved') THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'item % stays in its batch', OLD.id
    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER batchitem_stays BEFORE UPDATE OR DELETE ON payments_batchitem
  FOR EACH ROW EXECUTE FUNCTION butlang_batchitem_stays();

-- What was sent gets no further payout, but the one that takes the place of a confirmation taken back.
CREATE FUNCTION butlang_batchitem_joins_prepared() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM payments_payoutbatch WHERE id = NEW.batch_id AND state = 'prepared' FOR SHARE;
  IF NOT FOUND AND NOT EXISTS (
       SELECT 1 FROM payments_payout p JOIN payments_batchitem i ON i.payout_id = p.follows_id
        WHERE p.id = NEW.payout_id AND i.batch_id = NEW.batch_id) THEN
    RAISE EXCEPTION 'batch % was sent, nothing joins it', NEW.batch_id
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER batchitem_joins_prepared BEFORE INSERT ON payments_batchitem
  FOR EACH ROW EXECUTE FUNCTION butlang_batchitem_joins_prepared();

CREATE FUNCTION butlang_bankresult_stays() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.state = 'checked' AND NEW.state IN ('applied', 'discarded') THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'bank result % is over', OLD.id
    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER bankresult_stays BEFORE UPDATE OR DELETE ON payments_bankresult
  FOR EACH ROW EXECUTE FUNCTION butlang_bankresult_stays();

CREATE TRIGGER journalaccounts_stays BEFORE UPDATE OR DELETE ON payments_journalaccounts
  FOR EACH ROW EXECUTE FUNCTION butlang_dated_rule_stays();
"""

BACK = """
DROP TRIGGER journalaccounts_stays ON payments_journalaccounts;
DROP FUNCTION butlang_payout_revoked_by_another() CASCADE;
DROP FUNCTION butlang_payout_returned_while_open() CASCADE;
DROP FUNCTION butlang_batch_stays() CASCADE;
DROP FUNCTION butlang_batchitem_stays() CASCADE;
DROP FUNCTION butlang_batchitem_joins_prepared() CASCADE;
DROP FUNCTION butlang_bankresult_stays() CASCADE;
"""

APPEND_ONLY = ["payouttemplate", "fundchange"]
TRUNCATED_NEVER = ["payoutbatch", "batchitem", "bankresult", "journalaccounts"]


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
    dependencies = [("payments", "0005_payout")]

    operations = [
        migrations.RunSQL(PAYOUT_STAYS, PAYOUT_STAYS_BEFORE),
        migrations.RunSQL(REVOKING + BATCHES, BACK),
        *[append_only(name) for name in APPEND_ONLY],
        *[no_truncate(name) for name in TRUNCATED_NEVER],
    ]
