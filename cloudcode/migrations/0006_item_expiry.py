from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def take_over(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """Items that were given a TTL before there was a column for it."""
    document = apps.get_model("cloudcode", "Document")
    items = document.objects.filter(collection__name__startswith="data.", document__ttl__isnull=False)
    for row_id, ttl in items.values_list("pk", "document__ttl").iterator(chunk_size=500):
        if isinstance(ttl, (int, float)) and abs(ttl) < 2**62:
            document.objects.filter(pk=row_id).update(expires_ms=int(ttl))


class Migration(migrations.Migration):
    dependencies = [("cloudcode", "0005_scheduling_and_sharing")]

    operations = [
        migrations.AddField(
            model_name="document",
            name="expires_ms",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                condition=models.Q(("expires_ms__isnull", False)), fields=["expires_ms"], name="document_expiry"
            ),
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop, elidable=True),
    ]
