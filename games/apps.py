from django.apps import AppConfig

from games import redaction


class GamesConfig(AppConfig):
    name = "games"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        redaction.install()
