"""The names that the operators' pages give these rows. Nothing changes in the database."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('competition', '0009_holdings'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='boardentry',
            options={'verbose_name': 'leaderboard entry', 'verbose_name_plural': 'leaderboard entries'},
        ),
        migrations.AlterModelOptions(
            name='boardinstance',
            options={'verbose_name': 'leaderboard'},
        ),
        migrations.AlterModelOptions(
            name='chatmessage',
            options={'verbose_name_plural': 'team chat'},
        ),
        migrations.AlterModelOptions(
            name='holdings',
            options={'verbose_name': 'balances and goods', 'verbose_name_plural': 'balances and goods'},
        ),
        migrations.AlterModelOptions(
            name='postrecord',
            options={'verbose_name': 'post'},
        ),
        migrations.AlterModelOptions(
            name='totalrecord',
            options={'verbose_name': 'running total'},
        ),
    ]
