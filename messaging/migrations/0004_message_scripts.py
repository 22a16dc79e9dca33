from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0003_column_defaults'),
    ]

    operations = [
        migrations.AddField(
            model_name='broadcast',
            name='script',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
    ]
