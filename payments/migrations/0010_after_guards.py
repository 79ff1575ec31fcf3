"""What the database refuses by itself about corrections, balances and statements that are not paid any more."""

from django.db import migrations

CORRECTIONS = """
CREATE FUNCTION butlang_correction_bounded() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
DECLARE room bigint;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.state IN ('taken', 'cancelled') OR NEW.line_id <> OLD.line_id OR NEW.amount <> OLD.amount
       OR NEW.proposed_by_id IS DISTINCT FROM OLD.proposed_by_id
       OR (OLD.state, NEW.state) NOT IN (('proposed', 'proposed'), ('proposed', 'confirmed'), ('proposed', 'cancelled'),
                                         ('confirmed', 'taken'), ('confirmed', 'cancelled')) THEN
      RAISE EXCEPTION 'correction % is % and does not change so', OLD.id, OLD.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'correction_stays';
    END IF;
  END IF;
  IF NEW.amount < 0 AND NEW.state IN ('proposed', 'confirmed') THEN
    SELECT l.amount + coalesce((SELECT sum(c.amount) FROM payments_line c WHERE c.corrects_id = l.id), 0)
      INTO room FROM payments_line l WHERE l.id = NEW.line_id;
    IF room IS NULL OR room + NEW.amount < 0 THEN
      RAISE EXCEPTION 'correction of line % takes more than it paid', NEW.line_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'correction_bounded';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER correction_bounded BEFORE INSERT OR UPDATE ON payments_correction
  FOR EACH ROW EXECUTE FUNCTION butlang_correction_bounded();

CREATE FUNCTION butlang_stays_for_good() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'a row of % stays', TG_TABLE_NAME USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER correction_no_delete BEFORE DELETE ON payments_correction
  FOR EACH ROW EXECUTE FUNCTION butlang_stays_for_good();
CREATE TRIGGER waiver_no_delete BEFORE DELETE ON payments_waiver
  FOR EACH ROW EXECUTE FUNCTION butlang_stays_for_good();
CREATE TRIGGER unclaimeddecision_no_delete BEFORE DELETE ON payments_unclaimeddecision
  FOR EACH ROW EXECUTE FUNCTION butlang_stays_for_good();

CREATE FUNCTION butlang_line_corrects() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
DECLARE bad bigint;
BEGIN
  SELECT a.corrects_id INTO bad FROM arrived a
   WHERE a.kind = 'correction'
     AND NOT EXISTS (SELECT 1 FROM payments_correction c WHERE c.line_id = a.corrects_id AND c.amount = a.amount
                      AND c.state = 'confirmed' AND c.confirmed_by_id IS DISTINCT FROM c.proposed_by_id)
   LIMIT 1;
  IF bad IS NOT NULL THEN
    RAISE EXCEPTION 'nobody confirmed a correction of line %', bad
      USING ERRCODE = 'check_violation', CONSTRAINT = 'line_correction_confirmed';
  END IF;
  SELECT l.id INTO bad FROM payments_line l
   WHERE l.id IN (SELECT corrects_id FROM arrived WHERE corrects_id IS NOT NULL)
     AND l.amount + (SELECT sum(c.amount) FROM payments_line c WHERE c.corrects_id = l.id) < 0
   LIMIT 1;
  IF bad IS NOT NULL THEN
    RAISE EXCEPTION 'corrections of line % take more than it paid', bad
      USING ERRCODE = 'check_violation', CONSTRAINT = 'line_correction_bounded';
  END IF;
  SELECT l.id INTO bad FROM arrived a
    JOIN payments_line l ON l.id = a.corrects_id JOIN payments_statement s ON s.id = l.statement_id
   WHERE a.kind = 'correction' AND a.amount < 0 AND s.net > 0
     AND NOT EXISTS (SELECT 1 FROM payments_payout p JOIN payments_payoutevent e ON e.payout_id = p.id
                      WHERE p.statement_id = s.id AND p.live AND e.outcome = 'confirmed')
     AND NOT EXISTS (SELECT 1 FROM payments_line o WHERE o.portal_id = a.portal_id AND o.kind = 'carry_over'
                      AND o.subject_key = 'statement:' || s.id)
   LIMIT 1;
  IF bad IS NOT NULL THEN
    RAISE EXCEPTION 'line % was never paid and nothing is taken back', bad
      USING ERRCODE = 'check_violation', CONSTRAINT = 'line_correction_paid';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER line_corrects AFTER INSERT ON payments_line
  REFERENCING NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION butlang_line_corrects();
"""

BALANCES = """
CREATE FUNCTION butlang_balance_covers() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
DECLARE balance numeric; owner bigint; parent record;
BEGIN
  SELECT * INTO parent FROM payments_statement WHERE id = NEW.statement_id;
  IF parent.id IS NULL OR parent.contributor_id <> NEW.contributor_id OR parent.state = 'issued' THEN
    RAISE EXCEPTION 'a balance changes with a statement of the same person, before it is issued'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'balance_with_statement';
  END IF;
  IF NEW.amount < 0 AND NEW.reason IN ('carried_in', 'released') THEN
    SELECT coalesce(merged_into_id, id) INTO owner FROM contributors_contributor WHERE id = NEW.contributor_id;
    SELECT coalesce(sum(b.amount), 0) INTO balance FROM payments_balanceentry b
      JOIN contributors_contributor c ON c.id = b.contributor_id
     WHERE c.id = owner OR c.merged_into_id = owner;
    IF balance + NEW.amount < 0 THEN
      RAISE EXCEPTION 'the balance of % does not cover %', owner, NEW.amount
        USING ERRCODE = 'check_violation', CONSTRAINT = 'balance_covers';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER balance_covers BEFORE INSERT ON payments_balanceentry
  FOR EACH ROW EXECUTE FUNCTION butlang_balance_covers();

CREATE FUNCTION butlang_statement_balance() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
BEGIN
  IF (SELECT coalesce(sum(amount), 0) FROM payments_balanceentry WHERE statement_id = NEW.id)
     <> NEW.carried_out - NEW.carried_in THEN
    RAISE EXCEPTION 'the ledger of statement % does not carry what it says', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'statement_balance_closes';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER statement_balance AFTER UPDATE OR INSERT ON payments_statement
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.state = 'issued' AND (NEW.carried_in <> 0 OR NEW.carried_out <> 0))
  EXECUTE FUNCTION butlang_statement_balance();
"""

# A statement that a later run paid anew frees what it had taken from its fund.
FUNDS = """
CREATE FUNCTION butlang_fund_spent(fund bigint) RETURNS bigint LANGUAGE sql STABLE
  SET search_path = public, pg_temp AS $$
  SELECT (coalesce((SELECT sum(gross) FROM payments_run WHERE fund_id = fund AND state IN ('issued', 'closed')), 0)
        - coalesce((SELECT sum(s.gross) FROM payments_statement s JOIN payments_run r ON r.id = s.run_id
                      JOIN payments_line l ON l.portal_id = s.portal_id AND l.kind = 'carry_over'
                       AND l.subject_key = 'statement:' || s.id
                     WHERE r.fund_id = fund AND r.state IN ('issued', 'closed')), 0))::bigint
$$;

CREATE OR REPLACE FUNCTION butlang_run_sums() RETURNS trigger LANGUAGE plpgsql
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
  spent := butlang_fund_spent(NEW.fund_id);
  IF available IS NULL OR spent > available THEN
    RAISE EXCEPTION 'fund of run % would be overdrawn', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'fund_not_overdrawn';
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION butlang_fund_covers() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.amount < butlang_fund_spent(NEW.id) THEN
    RAISE EXCEPTION 'fund % cannot go below what was issued from it', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION butlang_payout_due() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM payments_unclaimeddecision WHERE statement_id = NEW.statement_id
              AND state IN ('transferred', 'owed', 'paid_again'))
     OR EXISTS (SELECT 1 FROM payments_correction c JOIN payments_line l ON l.id = c.line_id
                 WHERE l.statement_id = NEW.statement_id AND c.replaces AND c.state IN ('confirmed', 'taken')) THEN
    RAISE EXCEPTION 'statement % is not paid any more', NEW.statement_id
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payout_due BEFORE INSERT ON payments_payout
  FOR EACH ROW EXECUTE FUNCTION butlang_payout_due();
"""

APPEND_ONLY = """
CREATE TRIGGER unclaimednotice_append_only BEFORE UPDATE OR DELETE ON payments_unclaimednotice
  FOR EACH ROW EXECUTE FUNCTION butlang_refuse('append-only');
CREATE TRIGGER unclaimednotice_no_truncate BEFORE TRUNCATE ON payments_unclaimednotice
  FOR EACH STATEMENT EXECUTE FUNCTION butlang_refuse('append-only');
CREATE TRIGGER correction_no_truncate BEFORE TRUNCATE ON payments_correction
  FOR EACH STATEMENT EXECUTE FUNCTION butlang_refuse('never emptied');
CREATE TRIGGER waiver_no_truncate BEFORE TRUNCATE ON payments_waiver
  FOR EACH STATEMENT EXECUTE FUNCTION butlang_refuse('never emptied');
CREATE TRIGGER unclaimeddecision_no_truncate BEFORE TRUNCATE ON payments_unclaimeddecision
  FOR EACH STATEMENT EXECUTE FUNCTION butlang_refuse('never emptied');
"""

BACK = """
CREATE OR REPLACE FUNCTION butlang_run_sums() RETURNS trigger LANGUAGE plpgsql
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

CREATE OR REPLACE FUNCTION butlang_fund_covers() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.amount < (SELECT coalesce(sum(gross), 0) FROM payments_run
                    WHERE fund_id = NEW.id AND state IN ('issued', 'closed')) THEN
    RAISE EXCEPTION 'fund % cannot go below what was issued from it', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;

DROP FUNCTION butlang_correction_bounded() CASCADE;
DROP FUNCTION butlang_stays_for_good() CASCADE;
DROP FUNCTION butlang_line_corrects() CASCADE;
DROP FUNCTION butlang_balance_covers() CASCADE;
DROP FUNCTION butlang_statement_balance() CASCADE;
DROP FUNCTION butlang_payout_due() CASCADE;
DROP FUNCTION butlang_fund_spent(bigint);
DROP TRIGGER unclaimednotice_append_only ON payments_unclaimednotice;
DROP TRIGGER unclaimednotice_no_truncate ON payments_unclaimednotice;
DROP TRIGGER correction_no_truncate ON payments_correction;
DROP TRIGGER waiver_no_truncate ON payments_waiver;
DROP TRIGGER unclaimeddecision_no_truncate ON payments_unclaimeddecision;
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0009_after")]

    operations = [migrations.RunSQL(CORRECTIONS + BALANCES + FUNDS + APPEND_ONLY, BACK)]
