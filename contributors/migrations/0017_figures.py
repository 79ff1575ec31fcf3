"""What figures are counted from stands in indexes of its own, so that a count need not read texts."""

from django.db import migrations, models

from contributors.migrations_together import Together


class Migration(migrations.Migration):

    dependencies = [
        ('contributors', '0016_past_works'),
    ]

    operations = [
        Together([
            migrations.AddIndex(
                model_name='event',
                index=models.Index(fields=['portal', 'kind', 'at'], include=('actor_account',), name='event_counted'),
            ),
            migrations.AddIndex(
                model_name='photo',
                index=models.Index(condition=models.Q(('removed_at__isnull', True)), fields=['portal', 'piece'], name='photo_counted'),
            ),
            migrations.AddIndex(
                model_name='piece',
                index=models.Index(condition=models.Q(('state', 'published')), fields=['portal', 'published_at'], include=('id', 'unit', 'genre', 'topic', 'leader_activity', 'event_on'), name='piece_counted'),
            ),
        ]),
    ]
