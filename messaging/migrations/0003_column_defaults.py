from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0002_broadcasts'),
    ]

    operations = [
        migrations.AlterField(
            model_name='playermessage',
            name='seen',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name='playermessage',
            name='status',
            field=models.CharField(db_default='NEW', default='NEW', help_text="Set by the player's client.", max_length=64),
        ),
    ]
