import django.db.models.deletion
from django.db import migrations, models

import games.id_field
import protocol.ids


def of_stage() -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='games.stage'
    )


def big_id() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')


class Migration(migrations.Migration):

    dependencies = [
        ('cloudcode', '0004_runs'),
        ('games', '0003_names'),
    ]

    operations = [
        migrations.CreateModel(
            name='ScheduledItem',
            fields=[
                ('id', games.id_field.IdField(default=protocol.ids.new_id, editable=False, max_length=24, primary_key=True, serialize=False)),
                ('stage', of_stage()),
                ('module', models.CharField(max_length=150)),
                ('key', models.CharField(max_length=200, null=True)),
                ('player_id', games.id_field.IdField(blank=True, default='', max_length=24)),
                ('data', models.TextField(default='null')),
                ('due_ms', models.BigIntegerField()),
                ('claim', games.id_field.IdField(blank=True, default='', max_length=24)),
                ('tries', models.PositiveIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(fields=['stage', 'due_ms'], name='scheduled_due')],
                'constraints': [models.UniqueConstraint(fields=('stage', 'key'), name='scheduled_stage_key')],
            },
        ),
        migrations.CreateModel(
            name='SystemTick',
            fields=[
                ('id', big_id()),
                ('stage', of_stage()),
                ('name', models.CharField(max_length=40)),
                ('slot', games.id_field.IdField(blank=True, default='', max_length=24)),
                ('busy_until_ms', models.BigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('stage', 'name'), name='system_tick_stage_name')],
            },
        ),
        migrations.CreateModel(
            name='CacheEntry',
            fields=[
                ('id', big_id()),
                ('stage', of_stage()),
                ('key', models.CharField(max_length=200)),
                ('value', models.TextField()),
                ('size', models.PositiveIntegerField()),
                ('used_ms', models.BigIntegerField()),
            ],
            options={
                'verbose_name_plural': 'cache entries',
                'constraints': [models.UniqueConstraint(fields=('stage', 'key'), name='cache_stage_key')],
            },
        ),
        migrations.CreateModel(
            name='ScriptLock',
            fields=[
                ('id', big_id()),
                ('stage', of_stage()),
                ('name', models.CharField(max_length=200)),
                ('owner', games.id_field.IdField(db_index=True, max_length=24)),
                ('until_ms', models.BigIntegerField(db_index=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('stage', 'name'), name='script_lock_stage_name')],
            },
        ),
        migrations.AddIndex(
            model_name='script',
            index=models.Index(fields=['key'], name='script_key'),
        ),
    ]
