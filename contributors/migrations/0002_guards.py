"""What the database refuses by itself on the ground floor (see docs/architecture.md)."""

from django.db import migrations

APPEND_ONLY = ["event", "eventseal", "revision", "consent", "unitsuccession", "movedrow", "erasure"]

FUNCTION = """
CREATE FUNCTION butlang_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: %', TG_OP, TG_TABLE_NAME, TG_ARGV[0]
    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;

CREATE FUNCTION butlang_score_only_superseded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.accepted AND NOT NEW.accepted
     AND to_jsonb(OLD) - 'accepted' = to_jsonb(NEW) - 'accepted' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a score is only superseded, never changed'
    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;

CREATE TRIGGER score_only_superseded BEFORE UPDATE ON contributors_score
  FOR EACH ROW EXECUTE FUNCTION butlang_score_only_superseded();
CREATE TRIGGER score_no_delete BEFORE DELETE ON contributors_score
  FOR EACH ROW EXECUTE FUNCTION butlang_refuse('scores stay');
CREATE TRIGGER eventdetail_no_update BEFORE UPDATE ON contributors_eventdetail
  FOR EACH ROW EXECUTE FUNCTION butlang_refuse('a detail is erased, never changed');
"""
BACK = """
DROP TRIGGER score_only_superseded ON contributors_score;
DROP TRIGGER score_no_delete ON contributors_score;
DROP TRIGGER eventdetail_no_update ON contributors_eventdetail;
DROP FUNCTION butlang_score_only_superseded();
DROP FUNCTION butlang_refuse();
"""


def append_only(table: str) -> migrations.RunSQL:
    short = table.split("_")[1]
    return migrations.RunSQL(
        f"""
        CREATE TRIGGER {short}_append_only BEFORE UPDATE OR DELETE ON {table}
          FOR EACH ROW EXECUTE FUNCTION butlang_refuse('append-only');
        CREATE TRIGGER {short}_no_truncate BEFORE TRUNCATE ON {table}
          FOR EACH STATEMENT EXECUTE FUNCTION butlang_refuse('append-only');
        """,
        f"""
        DROP TRIGGER {short}_append_only ON {table};
        DROP TRIGGER {short}_no_truncate ON {table};
        """,
    )


class Migration(migrations.Migration):
    dependencies = [("contributors", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTION, BACK),
        *[append_only(f"contributors_{name}") for name in APPEND_ONLY],
    ]
