from django.apps import AppConfig


class RealtimeConfig(AppConfig):
    name = "realtime"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from games.config_store import configs
        from realtime import control, database, operations_listener, sampling
        from realtime.lifecycle import on_start, on_stop

        configs.run = database.run
        configs.tell = control.announce_configs
        on_start(control.start)
        on_stop(control.stop)
        on_start(sampling.start)
        on_stop(sampling.stop)
        on_start(operations_listener.start)
        on_stop(operations_listener.stop)
