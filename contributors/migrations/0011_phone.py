"""How often a piece was read, and links from one browser of a phone to another."""

import contributors.models.tenancy
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contributors', '0010_messages'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReaderCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('count', models.PositiveIntegerField()),
                ('as_of', models.DateField()),
                ('source', models.CharField(blank=True, help_text='Where the office read it', max_length=100)),
                ('entered_at', models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='logincode',
            name='logincode_channel_known',
        ),
        migrations.AlterField(
            model_name='logincode',
            name='channel',
            field=models.CharField(choices=[('console', 'màn hình máy chủ'), ('sms', 'tin nhắn SMS'), ('zalo', 'tin nhắn Zalo'), ('email', 'thư điện tử'), ('copied', 'chép gửi qua Zalo'), ('handed_over', 'đầu mối đọc cho'), ('browser', 'mở sang trình duyệt khác')], max_length=12),
        ),
        migrations.AddConstraint(
            model_name='logincode',
            constraint=models.CheckConstraint(condition=models.Q(('channel__in', ['console', 'sms', 'zalo', 'email', 'copied', 'handed_over', 'browser'])), name='logincode_channel_known'),
        ),
        migrations.AddField(
            model_name='readercount',
            name='entered_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='readercount',
            name='piece',
            field=contributors.models.tenancy.TenantForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='reader_counts', to='contributors.piece'),
        ),
        migrations.AddField(
            model_name='readercount',
            name='portal',
            field=contributors.models.tenancy.PortalKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contributors.portal'),
        ),
        migrations.AddConstraint(
            model_name='readercount',
            constraint=models.UniqueConstraint(fields=('piece', 'as_of'), name='readercount_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='readercount',
            constraint=contributors.models.tenancy.TableRule(late=True, name='contributors_readercount_piece_same_portal', sql='FOREIGN KEY (portal_id, piece_id) REFERENCES "contributors_piece" (portal_id, id)'),
        ),
        migrations.AddConstraint(
            model_name='readercount',
            constraint=models.UniqueConstraint(fields=('portal', 'id'), name='contributors_readercount_tenant'),
        ),
    ]
