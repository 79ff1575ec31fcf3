"""Jobs that can be paused and given up, the timer's pulse, notices to accounts."""

import contributors.models.tenancy
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from contributors.migrations_together import Together

class Migration(migrations.Migration):

    dependencies = [
        ('contributors', '0006_around'),
    ]

    operations = [
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task', models.CharField(max_length=100, unique=True)),
                ('every_seconds', models.PositiveIntegerField(help_text='How often it is expected')),
                ('first_seen_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('error', models.CharField(blank=True, help_text='Kind of the last problem, until it ends well again', max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name='OfficeNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=contributors.models.tenancy.new_public_id, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('papers_ready', 'giấy tờ của kỳ đã in xong'), ('job_stopped', 'một việc nền không làm được'), ('books_broken', 'kiểm tra sổ thấy chỗ không khớp')], max_length=16)),
                ('key', models.CharField(max_length=80)),
                ('subject_type', models.CharField(max_length=40)),
                ('subject_id', models.BigIntegerField()),
                ('title', models.CharField(blank=True, help_text="Of the thing, never a person's name", max_length=200)),
                ('at', models.DateTimeField()),
                ('read_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='job',
            name='job_state_known',
        ),
Together([
        migrations.AddField(
            model_name='job',
            name='error_code',
            field=models.CharField(blank=True, help_text='Of contributors.job_causes: what people read', max_length=40),
        ),
        migrations.AddField(
            model_name='job',
            name='paused_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
]),
        migrations.AlterField(
            model_name='job',
            name='error',
            field=models.TextField(blank=True, help_text='As the machine said it; for administrators'),
        ),
        migrations.AlterField(
            model_name='job',
            name='state',
            field=models.CharField(choices=[('pending', 'chờ làm'), ('claimed', 'đang làm'), ('done', 'xong'), ('failed', 'không làm được'), ('quarantined', 'tạm gác'), ('cancelled', 'đã bỏ')], default='pending', max_length=12),
        ),
Together([
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('state__in', ['done', 'cancelled']), _negated=True), fields=['portal', '-id'], name='job_unfinished'),
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'claimed', 'done', 'failed', 'quarantined', 'cancelled'])), name='job_state_known'),
        ),
        migrations.AddField(
            model_name='officenotice',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='officenotice',
            name='portal',
            field=contributors.models.tenancy.PortalKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contributors.portal'),
        ),
        migrations.AddIndex(
            model_name='officenotice',
            index=models.Index(condition=models.Q(('read_at__isnull', True)), fields=['account', '-id'], name='officenotice_unread'),
        ),
        migrations.AddConstraint(
            model_name='officenotice',
            constraint=models.UniqueConstraint(fields=('portal', 'account', 'key'), name='officenotice_once'),
        ),
        migrations.AddConstraint(
            model_name='officenotice',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['papers_ready', 'job_stopped', 'books_broken'])), name='officenotice_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='officenotice',
            constraint=models.UniqueConstraint(fields=('portal', 'id'), name='contributors_officenotice_tenant'),
        ),
]),
    ]
