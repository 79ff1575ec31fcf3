"""What is said to people outside the pages, and who wants no such messages."""

import contributors.models.tenancy
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contributors', '0009_setup'),
    ]

    operations = [
        migrations.AddField(
            model_name='contributor',
            name='messages_off_since',
            field=models.DateTimeField(blank=True, help_text='Wants no messages sent by machine', null=True),
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=contributors.models.tenancy.new_public_id, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('returned', 'bài cần sửa thêm'), ('declined', 'bài không dùng được'), ('approved', 'bài đã duyệt'), ('published', 'bài đã lên trang'), ('call', 'đặt bài'), ('welcome', 'đã nhận làm cộng tác viên'), ('registered', 'đã đăng ký giúp'), ('training', 'mời tập huấn'), ('statement', 'có phiếu nhuận bút'), ('paid', 'đã chi nhuận bút'), ('paid_back', 'tiền gửi không tới nơi')], max_length=12)),
                ('subject_type', models.CharField(max_length=40)),
                ('subject_id', models.BigIntegerField()),
                ('key', models.CharField(max_length=120)),
                ('text', models.CharField(blank=True, max_length=700)),
                ('state', models.CharField(choices=[('by_hand', 'cần báo bằng tay'), ('queued', 'chờ gửi'), ('sending', 'đang gửi'), ('sent', 'đã gửi'), ('failed', 'không gửi được'), ('told', 'đã báo'), ('replaced', 'đã có tin mới hơn')], max_length=10)),
                ('way', models.CharField(blank=True, choices=[('sms', 'tin nhắn SMS'), ('zalo', 'tin nhắn Zalo'), ('email', 'thư điện tử'), ('copied', 'chép gửi qua Zalo'), ('spoken', 'gọi điện hoặc gặp mặt')], max_length=10)),
                ('fault', models.CharField(blank=True, choices=[('no_phone', 'người này không có số điện thoại'), ('refused', 'nhà mạng từ chối'), ('away', 'không nối được với nhà mạng'), ('unsure', 'đứt giữa chừng, không rõ đã tới hay chưa')], max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField()),
                ('not_before', models.DateTimeField(blank=True, help_text='Waits for this moment, then a job is promised', null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('contributor', contributors.models.tenancy.TenantForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contributors.contributor')),
                ('portal', contributors.models.tenancy.PortalKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contributors.portal')),
                ('told_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', contributors.models.tenancy.TenantForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contributors.unit')),
            ],
            options={
                'indexes': [models.Index(fields=['portal', 'state', '-id'], name='message_by_state'), models.Index(fields=['portal', 'subject_type', 'subject_id', '-id'], name='message_about'), models.Index(fields=['contributor', '-id'], name='message_of_person'), models.Index(condition=models.Q(('state', 'queued')), fields=['not_before'], name='message_due')],
                'constraints': [models.UniqueConstraint(fields=('portal', 'key'), name='message_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['returned', 'declined', 'approved', 'published', 'call', 'welcome', 'registered', 'training', 'statement', 'paid', 'paid_back'])), name='message_kind_known'), models.CheckConstraint(condition=models.Q(('state__in', ['by_hand', 'queued', 'sending', 'sent', 'failed', 'told', 'replaced'])), name='message_state_known'), models.CheckConstraint(condition=models.Q(('way__in', ['', 'sms', 'zalo', 'email', 'copied', 'spoken'])), name='message_way_known'), models.CheckConstraint(condition=models.Q(('fault__in', ['', 'no_phone', 'refused', 'away', 'unsure'])), name='message_fault_known'), contributors.models.tenancy.TableRule(late=True, name='contributors_message_contributor_same_portal', sql='FOREIGN KEY (portal_id, contributor_id) REFERENCES "contributors_contributor" (portal_id, id)'), contributors.models.tenancy.TableRule(late=True, name='contributors_message_unit_same_portal', sql='FOREIGN KEY (portal_id, unit_id) REFERENCES "contributors_unit" (portal_id, id)'), models.UniqueConstraint(fields=('portal', 'id'), name='contributors_message_tenant')],
            },
        ),
    ]
