"""The contributors' check of a run, what a run says besides its lines, and for how much an exclusion stands.

No verb wrote a line check before this, so that its table is empty and the ids of new rows are made one by one.
"""

import contributors.models.tenancy
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from contributors.migrations_together import Together

class Migration(migrations.Migration):

    dependencies = [
        ('contributors', '0006_around'),
        ('payments', '0003_books'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CheckDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('way', models.CharField(choices=[('opened', 'đã mở trang xem'), ('person', 'đã báo trực tiếp'), ('message', 'đã nhắn tin')], max_length=7)),
                ('delivered_at', models.DateTimeField()),
                ('deadline', models.DateTimeField(help_text='The first moment at which an answer comes too late')),
            ],
        ),
        migrations.CreateModel(
            name='RunNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('generation', models.PositiveIntegerField()),
                ('code', models.CharField(max_length=40)),
                ('values', models.JSONField(default=list)),
            ],
            options={
                'abstract': False,
            },
        ),
Together([
        migrations.AddField(
            model_name='linecheck',
            name='amount',
            field=models.BigIntegerField(blank=True, help_text='Đồng, as it stood when answered', null=True),
        ),
        migrations.AddField(
            model_name='linecheck',
            name='answered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='linecheck',
            name='outcome',
            field=models.CharField(blank=True, choices=[('kept', 'giữ nguyên'), ('corrected', 'sẽ sửa')], max_length=9),
        ),
        migrations.AddField(
            model_name='linecheck',
            name='public_id',
            field=models.UUIDField(default=contributors.models.tenancy.new_public_id, editable=False, unique=True),
        ),
        migrations.AddField(
            model_name='linecheck',
            name='version',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='run',
            name='review_days',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Whole days that each person has from the delivery to them', null=True),
        ),
        migrations.AddField(
            model_name='run',
            name='review_ended_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='run',
            name='review_started_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='runexclusion',
            name='parts',
            field=models.PositiveIntegerField(default=1),
        ),
]),
        migrations.AlterField(
            model_name='runexclusion',
            name='bucket',
            field=models.CharField(choices=[('held', 'tạm giữ'), ('no_fee', 'không tính nhuận bút'), ('outside_rules', 'ngoài quy định mức chi'), ('waiting', 'chờ vai trò hoặc điểm chấm'), ('paid_before', 'đã chi ở kỳ khác')], max_length=14),
        ),
Together([
        migrations.AddIndex(
            model_name='linecheck',
            index=models.Index(condition=models.Q(('answer', 'right'), _negated=True), fields=['portal', 'subject_key'], name='linecheck_disputes'),
        ),
        migrations.AddConstraint(
            model_name='linecheck',
            constraint=models.CheckConstraint(condition=models.Q(('outcome', ''), models.Q(('reply', ''), _negated=True), _connector='OR'), name='linecheck_outcome_has_reply'),
        ),
        migrations.AddConstraint(
            model_name='linecheck',
            constraint=models.CheckConstraint(condition=models.Q(('outcome', ''), models.Q(('answer', 'right'), _negated=True), _connector='OR'), name='linecheck_outcome_of_dispute'),
        ),
        migrations.AddField(
            model_name='checkdelivery',
            name='contributor',
            field=contributors.models.tenancy.TenantForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contributors.contributor'),
        ),
        migrations.AddField(
            model_name='checkdelivery',
            name='delivered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='checkdelivery',
            name='portal',
            field=contributors.models.tenancy.PortalKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contributors.portal'),
        ),
        migrations.AddField(
            model_name='checkdelivery',
            name='run',
            field=contributors.models.tenancy.TenantForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='payments.run'),
        ),
        migrations.AddField(
            model_name='runnotice',
            name='piece',
            field=contributors.models.tenancy.TenantForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contributors.piece'),
        ),
        migrations.AddField(
            model_name="runnotice",
            name="contributor",
            field=contributors.models.tenancy.TenantForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="contributors.contributor",
            ),
        ),
        migrations.AddField(
            model_name='runnotice',
            name='portal',
            field=contributors.models.tenancy.PortalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contributors.portal'),
        ),
        migrations.AddField(
            model_name='runnotice',
            name='run',
            field=contributors.models.tenancy.TenantForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='payments.run'),
        ),
        migrations.AddConstraint(
            model_name='checkdelivery',
            constraint=models.UniqueConstraint(fields=('run', 'contributor'), name='checkdelivery_once'),
        ),
        migrations.AddConstraint(
            model_name='checkdelivery',
            constraint=models.CheckConstraint(condition=models.Q(('way__in', ['opened', 'person', 'message'])), name='checkdelivery_way_known'),
        ),
        migrations.AddConstraint(
            model_name='checkdelivery',
            constraint=models.CheckConstraint(condition=models.Q(('deadline__gt', models.F('delivered_at'))), name='checkdelivery_order'),
        ),
        migrations.AddConstraint(
            model_name='checkdelivery',
            constraint=contributors.models.tenancy.TableRule(late=True, name='payments_checkdelivery_run_same_portal', sql='FOREIGN KEY (portal_id, run_id) REFERENCES "payments_run" (portal_id, id)'),
        ),
        migrations.AddConstraint(
            model_name='checkdelivery',
            constraint=contributors.models.tenancy.TableRule(late=True, name='payments_checkdelivery_contributor_same_portal', sql='FOREIGN KEY (portal_id, contributor_id) REFERENCES "contributors_contributor" (portal_id, id)'),
        ),
        migrations.AddConstraint(
            model_name='checkdelivery',
            constraint=models.UniqueConstraint(fields=('portal', 'id'), name='payments_checkdelivery_tenant'),
        ),
        migrations.AddConstraint(
            model_name='runnotice',
            constraint=models.UniqueConstraint(fields=('portal', 'id'), name='payments_runnotice_tenant'),
        ),
        migrations.AddConstraint(
            model_name='runnotice',
            constraint=contributors.models.tenancy.TableRule(late=True, name='payments_runnotice_run_same_portal', sql='FOREIGN KEY (portal_id, run_id) REFERENCES "payments_run" (portal_id, id)'),
        ),
        migrations.AddConstraint(
            model_name='runnotice',
            constraint=contributors.models.tenancy.TableRule(late=True, name='payments_runnotice_piece_same_portal', sql='FOREIGN KEY (portal_id, piece_id) REFERENCES "contributors_piece" (portal_id, id)'),
        ),
        migrations.AddConstraint(
            model_name="runnotice",
            constraint=contributors.models.tenancy.TableRule(
                late=True,
                name="payments_runnotice_contributor_same_portal",
                sql='FOREIGN KEY (portal_id, contributor_id) REFERENCES "contributors_contributor" (portal_id, id)',
            ),
        ),
]),
    ]
