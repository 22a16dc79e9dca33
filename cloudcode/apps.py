from django.apps import AppConfig


class CloudCodeConfig(AppConfig):
    name = "cloudcode"
    verbose_name = "Cloud Code"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cloudcode import system_runs
        from cloudcode.message_runs import GameMessageScripts
        from messaging.message_scripts import use_message_scripts

        use_message_scripts(GameMessageScripts())
        system_runs.connect()
