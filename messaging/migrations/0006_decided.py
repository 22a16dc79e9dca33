from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0005_copies_without_foreign_keys'),
    ]

    operations = [
        migrations.AddField(
            model_name='playermessage',
            name='decided',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
    ]
