"""Who wants to be named in no thanks."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contributors', '0013_machines'),
    ]

    operations = [
        migrations.AddField(
            model_name='contributor',
            name='thanks_off_since',
            field=models.DateTimeField(blank=True, help_text='Wants to be named in no thanks', null=True),
        ),
    ]
