"""The names that the operators' pages give these rows. Nothing changes in the database."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('games', '0002_temporary_password'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='storedsection',
            options={'verbose_name': 'configuration section', 'verbose_name_plural': 'configuration'},
        ),
    ]
