from typing import Any

from django.db import migrations


def take_over(apps: Any, schema_editor: Any) -> None:
    """Scripts were kept as one piece of JSON before they were run. The section stays for what rolls back."""
    stored = apps.get_model('games', 'StoredSection').objects.filter(name='scripts')
    script, version = apps.get_model('cloudcode', 'Script'), apps.get_model('cloudcode', 'ScriptVersion')
    for section in stored:
        for key, text in section.data.items():
            row, _ = script.objects.get_or_create(game_id=section.game_id, key=key)
            row.current = version.objects.create(script=row, number=1, text=text, note='Kept before scripts were run')
            row.save()


class Migration(migrations.Migration):

    dependencies = [
        ('cloudcode', '0001_initial'),
        ('games', '0003_names'),
    ]

    operations = [migrations.RunPython(take_over, migrations.RunPython.noop)]
