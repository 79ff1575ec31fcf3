"""Works of past years from old books: rows of their own, a sheet at a time."""

import contributors.models.tenancy
import django.db.models.deletion
from contributors.migrations_together import Together
from django.db import migrations, models

ONE = {'db_constraint': False, 'on_delete': django.db.models.deletion.PROTECT, 'related_name': '+'}


class Migration(migrations.Migration):

    dependencies = [
        ('contributors', '0015_inspection_notice'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='sheetimport', name='sheetimport_state_known'),
        migrations.RemoveConstraint(model_name='sheetimport', name='sheetimport_kind_known'),
        migrations.AlterField(
            model_name='sheetimport',
            name='kind',
            field=models.CharField(choices=[('people', 'cộng tác viên'), ('units', 'ấp, ngành, đơn vị'), ('document', 'văn bản'), ('past', 'sổ cũ')], max_length=8),
        ),
        migrations.AlterField(
            model_name='sheetimport',
            name='state',
            field=models.CharField(choices=[('checked', 'đã kiểm tra, chờ xác nhận'), ('confirmed', 'đang ghi'), ('done', 'đã ghi'), ('failed', 'không ghi được'), ('discarded', 'đã bỏ'), ('undone', 'đã gỡ')], default='checked', max_length=10),
        ),
        migrations.CreateModel(
            name='PastWork',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row', models.PositiveIntegerField(help_text='Of the sheet')),
                ('month', models.DateField(help_text='Its first day')),
                ('title', models.CharField(blank=True, max_length=500)),
                ('quantity', models.PositiveIntegerField(default=1)),
                ('amount', models.PositiveBigIntegerField(blank=True, help_text='Đồng that the book says were paid', null=True)),
                ('contributor', contributors.models.tenancy.TenantForeignKey(to='contributors.contributor', **ONE)),
                ('genre', contributors.models.tenancy.TenantForeignKey(to='contributors.genre', **ONE)),
                ('portal', contributors.models.tenancy.PortalKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contributors.portal')),
                ('sheet', contributors.models.tenancy.TenantForeignKey(to='contributors.sheetimport', **{**ONE, 'related_name': 'past_works'})),
                ('unit', contributors.models.tenancy.TenantForeignKey(blank=True, null=True, to='contributors.unit', **ONE)),
            ],
        ),
        Together([
            migrations.AddConstraint(
                model_name='sheetimport',
                constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['people', 'units', 'document', 'past'])), name='sheetimport_kind_known'),
            ),
            migrations.AddConstraint(
                model_name='sheetimport',
                constraint=models.CheckConstraint(condition=models.Q(('state__in', ['checked', 'confirmed', 'done', 'failed', 'discarded', 'undone'])), name='sheetimport_state_known'),
            ),
            migrations.AddIndex(model_name='pastwork', index=models.Index(fields=['portal', 'month'], name='pastwork_by_month')),
            *[
                migrations.AddConstraint(model_name='pastwork', constraint=constraint)
                for constraint in (
                    models.UniqueConstraint(fields=('sheet', 'row'), name='pastwork_once'),
                    models.CheckConstraint(condition=models.Q(('month__day', 1)), name='pastwork_first_day'),
                    models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='pastwork_quantity'),
                    *(
                        contributors.models.tenancy.TableRule(
                            late=True,
                            name=f'contributors_pastwork_{name}_same_portal',
                            sql=f'FOREIGN KEY (portal_id, {name}_id) REFERENCES "contributors_{target}" (portal_id, id)',
                        )
                        for name, target in (('sheet', 'sheetimport'), ('contributor', 'contributor'), ('unit', 'unit'), ('genre', 'genre'))
                    ),
                    models.UniqueConstraint(fields=('portal', 'id'), name='contributors_pastwork_tenant'),
                )
            ],
        ]),
    ]
