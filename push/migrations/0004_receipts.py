
import django.db.models.deletion
import games.id_field
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('games', '0002_temporary_password'),
        ('push', '0003_notes'),
    ]

    operations = [
        migrations.AddField(
            model_name='outboxpush',
            name='variant',
            field=models.SmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='pushattempt',
            name='variant',
            field=models.SmallIntegerField(null=True),
        ),
        migrations.CreateModel(
            name='PushCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.CharField(max_length=10)),
                ('message_class', models.CharField(max_length=80, verbose_name='message')),
                ('variant', models.SmallIntegerField(default=-1)),
                ('provider', models.CharField(choices=[('apns', 'APNs'), ('fcm', 'FCM'), ('adm', 'ADM'), ('wns', 'WNS'), ('web', 'Web Push'), ('viber', 'Viber'), ('mpns', 'MPNS')], max_length=5)),
                ('sent', models.PositiveIntegerField(default=0)),
                ('failed', models.PositiveIntegerField(default=0)),
                ('opened', models.PositiveIntegerField(default=0)),
                ('stage', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='games.stage')),
            ],
            options={
                'ordering': ['-day', 'message_class', 'variant', 'provider'],
                'indexes': [models.Index(fields=['day'], name='push_count_oldest')],
                'constraints': [models.UniqueConstraint(fields=('stage', 'day', 'message_class', 'variant', 'provider'), name='push_count_kind')],
            },
        ),
        migrations.CreateModel(
            name='PushReceipt',
            fields=[
                ('player_message_id', games.id_field.IdField(max_length=24, primary_key=True, serialize=False)),
                ('provider', models.CharField(choices=[('apns', 'APNs'), ('fcm', 'FCM'), ('adm', 'ADM'), ('wns', 'WNS'), ('web', 'Web Push'), ('viber', 'Viber'), ('mpns', 'MPNS')], max_length=5)),
                ('day', models.CharField(max_length=10)),
                ('opened_ms', models.BigIntegerField()),
                ('stage', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='games.stage')),
            ],
            options={
                'indexes': [models.Index(fields=['opened_ms'], name='receipt_oldest')],
            },
        ),
    ]
