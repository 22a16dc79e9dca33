from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('push', '0007_pending_credentials_and_caps'),
    ]

    operations = [
        migrations.AddField(
            model_name='outboxpush',
            name='test',
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
