"""Checks of the books that are kept; one that is finished stays as it is."""

import contributors.models.tenancy
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FINISHED = """
CREATE FUNCTION butlang_bookscheck_stays() RETURNS trigger LANGUAGE plpgsql
  SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.finished_at IS NULL THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'check % of the books stays as it was', OLD.id
    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER bookscheck_stays BEFORE UPDATE OR DELETE ON payments_bookscheck
  FOR EACH ROW EXECUTE FUNCTION butlang_bookscheck_stays();
CREATE TRIGGER bookscheck_no_truncate BEFORE TRUNCATE ON payments_bookscheck
  FOR EACH STATEMENT EXECUTE FUNCTION butlang_refuse('never emptied');
"""
BACK = """
DROP TRIGGER bookscheck_no_truncate ON payments_bookscheck;
DROP FUNCTION butlang_bookscheck_stays() CASCADE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('contributors', '0007_books'),
        ('payments', '0002_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BooksCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=contributors.models.tenancy.new_public_id, editable=False, unique=True)),
                ('occasion', models.CharField(choices=[('nightly', 'mỗi đêm'), ('on_demand', 'theo yêu cầu'), ('before_issue', 'trước khi phát hành'), ('after_issue', 'sau khi phát hành'), ('command', 'bằng dòng lệnh')], max_length=12)),
                ('full', models.BooleanField(default=False, help_text='Every file and the whole log, from the beginning')),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('total', models.PositiveSmallIntegerField(help_text='How many invariants are asked')),
                ('findings', models.JSONField(default=list)),
                ('broken', models.PositiveSmallIntegerField(default=0)),
                ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('portal', contributors.models.tenancy.PortalKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contributors.portal')),
                ('run', contributors.models.tenancy.TenantForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.run')),
            ],
            options={
                'indexes': [models.Index(fields=['portal', '-id'], name='bookscheck_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('occasion__in', ['nightly', 'on_demand', 'before_issue', 'after_issue', 'command'])), name='bookscheck_occasion_known'), contributors.models.tenancy.TableRule(late=True, name='payments_bookscheck_run_same_portal', sql='FOREIGN KEY (portal_id, run_id) REFERENCES "payments_run" (portal_id, id)'), models.UniqueConstraint(fields=('portal', 'id'), name='payments_bookscheck_tenant')],
            },
        ),
        migrations.CreateModel(
            name='VerifiedMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=8)),
                ('until', models.BigIntegerField(default=0)),
                ('hash', models.BinaryField(blank=True, null=True)),
                ('at', models.DateTimeField()),
                ('portal', contributors.models.tenancy.PortalKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contributors.portal')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('portal', 'kind'), name='verifiedmark_once'), models.UniqueConstraint(fields=('portal', 'id'), name='payments_verifiedmark_tenant')],
            },
        ),
        migrations.RunSQL(FINISHED, BACK),
    ]
