import django.db.models.deletion
import games.encryption
import games.id_field
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('games', '0002_temporary_password'),
        ('push', '0006_names'),
    ]

    operations = [
        migrations.AddField(
            model_name='provideraccount',
            name='device_daily_cap',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='provideraccount',
            name='coalesces',
            field=models.BooleanField(db_default=False, default=False, verbose_name='coalesce'),
        ),
        migrations.AddField(
            model_name='provideraccount',
            name='expires_on',
            field=models.DateField(blank=True, null=True, verbose_name='credentials expire on'),
        ),
        migrations.AddField(
            model_name='outboxpush',
            name='coalesces',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddIndex(
            model_name='outboxpush',
            index=models.Index(condition=models.Q(('coalesces', True)), fields=['device_id'], name='outbox_coalesced'),
        ),
        migrations.CreateModel(
            name='PendingCredentials',
            fields=[
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='pending', serialize=False, to='push.provideraccount')),
                ('document', games.encryption.EncryptedTextField()),
                ('set_ms', models.BigIntegerField()),
                ('due_ms', models.BigIntegerField()),
                ('tries', models.PositiveIntegerField(default=0)),
                ('error', models.TextField(blank=True, default='')),
            ],
        ),
        migrations.CreateModel(
            name='DeviceDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('device_id', games.id_field.IdField(max_length=24)),
                ('day', models.CharField(max_length=10)),
                ('pushes', models.PositiveIntegerField(default=0)),
                ('stage', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='games.stage')),
            ],
            options={
                'indexes': [models.Index(fields=['day'], name='device_day_oldest')],
                'constraints': [models.UniqueConstraint(fields=('device_id', 'day'), name='device_day')],
            },
        ),
    ]
