from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from messaging import harness_sockets
        from portal.checks import register_checks
        from portal.web.harness_rights import may_stay

        register_checks()
        harness_sockets.decide_by(may_stay)
