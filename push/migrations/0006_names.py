"""The names that the operators' pages give these rows. Nothing changes in the database."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('push', '0005_long_classes'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='outboxpush',
            options={'verbose_name_plural': 'push outbox'},
        ),
        migrations.AlterModelOptions(
            name='provideraccount',
            options={'ordering': ['stage', 'provider'], 'verbose_name': 'push account'},
        ),
        migrations.AlterModelOptions(
            name='pushcount',
            options={'ordering': ['-day', 'message_class', 'variant', 'provider'], 'verbose_name': 'push rate'},
        ),
    ]
