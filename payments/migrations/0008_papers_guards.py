"""Frozen sheets of a run's papers stay as they are; a payment list is found by its code without reading every run."""

from django.db import migrations

SHEETS = """
CREATE TRIGGER runsheet_append_only BEFORE UPDATE OR DELETE ON payments_runsheet
  FOR EACH ROW EXECUTE FUNCTION butlang_refuse('append-only');
CREATE TRIGGER runsheet_no_truncate BEFORE TRUNCATE ON payments_runsheet
  FOR EACH STATEMENT EXECUTE FUNCTION butlang_refuse('append-only');

CREATE FUNCTION butlang_runsheet_joins_issue() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
BEGIN
  IF (SELECT state FROM payments_run WHERE id = NEW.run_id) NOT IN ('issued', 'closed') THEN
    RAISE EXCEPTION 'run % is not issued, so it has no papers', NEW.run_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'runsheet_joins_issue';
  END IF;
  IF NEW.number > 1 AND NOT EXISTS (SELECT 1 FROM payments_runsheet WHERE portal_id = NEW.portal_id
                                     AND kind = NEW.kind AND year = NEW.year AND number = NEW.number - 1) THEN
    RAISE EXCEPTION 'number % of % leaves a gap', NEW.number, NEW.kind
      USING ERRCODE = 'check_violation', CONSTRAINT = 'runsheet_number_gapless';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER runsheet_joins_issue AFTER INSERT ON payments_runsheet
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION butlang_runsheet_joins_issue();

CREATE INDEX run_list_code ON payments_run ((list_frozen ->> 'verification_code')) WHERE list_frozen IS NOT NULL;
"""

BACK = """
DROP INDEX run_list_code;
DROP FUNCTION butlang_runsheet_joins_issue() CASCADE;
DROP TRIGGER runsheet_append_only ON payments_runsheet;
DROP TRIGGER runsheet_no_truncate ON payments_runsheet;
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0007_papers")]

    operations = [migrations.RunSQL(SHEETS, BACK)]
