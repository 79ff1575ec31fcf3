"""Seats and grants get the id that people and machines see."""

from django.db import migrations, models

import contributors.models.tenancy


def fill(apps, schema_editor):
    for name in ("Seat", "Grant"):
        noun = apps.get_model("contributors", name)
        for row in noun._base_manager.filter(public_id=None).only("pk").iterator():
            noun._base_manager.filter(pk=row.pk).update(public_id=contributors.models.tenancy.new_public_id())


class Migration(migrations.Migration):
    dependencies = [("contributors", "0002_guards")]

    operations = [
        *[
            migrations.AddField(name, "public_id", models.UUIDField(editable=False, null=True))
            for name in ("seat", "grant")
        ],
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=False),
        *[
            migrations.AlterField(
                name,
                "public_id",
                models.UUIDField(default=contributors.models.tenancy.new_public_id, editable=False, unique=True),
            )
            for name in ("seat", "grant")
        ],
    ]
