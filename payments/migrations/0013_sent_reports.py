"""What a portal reported to the one above it: kept as it was sent, never changed."""

import contributors.models.tenancy
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contributors', '0011_phone'),
        ('payments', '0012_inspection_pack'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SentReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=contributors.models.tenancy.new_public_id, editable=False, unique=True)),
                ('period_from', models.DateField()),
                ('period_until', models.DateField()),
                ('round', models.PositiveSmallIntegerField(default=1)),
                ('figures', models.JSONField(help_text='Counts by name, and `spent` in đồng')),
                ('sent_at', models.DateTimeField()),
                ('portal', contributors.models.tenancy.PortalKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contributors.portal')),
                ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('to_portal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contributors.portal')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('portal', 'period_from', 'period_until', 'round'), name='sentreport_once_a_round'), models.CheckConstraint(condition=models.Q(('period_until__gt', models.F('period_from'))), name='sentreport_order'), models.UniqueConstraint(fields=('portal', 'id'), name='payments_sentreport_tenant')],
            },
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER sentreport_append_only BEFORE UPDATE OR DELETE ON payments_sentreport
              FOR EACH ROW EXECUTE FUNCTION butlang_refuse('append-only');
            CREATE TRIGGER sentreport_no_truncate BEFORE TRUNCATE ON payments_sentreport
              FOR EACH STATEMENT EXECUTE FUNCTION butlang_refuse('append-only');
            """,
            """
            DROP TRIGGER sentreport_append_only ON payments_sentreport;
            DROP TRIGGER sentreport_no_truncate ON payments_sentreport;
            """,
        ),
    ]
