from django.apps import AppConfig


class CloudCodeConfig(AppConfig):
    name = "cloudcode"
    verbose_name = "Cloud Code"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cloudcode import system_runs
        from cloudcode.collections import functions
        from cloudcode.message_runs import GameMessageScripts
        from cloudcode.message_uses import script_uses
        from cloudcode.segment_uses import segment_uses
        from messaging import uses
        from messaging.message_scripts import use_message_scripts
        from players import segment_uses as uses_of_segments

        use_message_scripts(GameMessageScripts())
        uses.register(script_uses)
        uses_of_segments.register(segment_uses)
        system_runs.connect()
        functions.connect()
