from django.apps import AppConfig


class PlayersConfig(AppConfig):
    name = "players"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from players.sessions import end_terminated
        from realtime.lifecycle import on_rejoin

        on_rejoin(end_terminated)
