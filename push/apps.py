from django.apps import AppConfig


class PushConfig(AppConfig):
    name = "push"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from games.publish_warnings import on_publishing
        from push import missing_credentials, query_fields

        assert query_fields  # imported for the field it registers
        on_publishing(missing_credentials.of_publishing)
