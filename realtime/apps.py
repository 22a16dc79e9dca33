from django.apps import AppConfig
from django.conf import settings


class RealtimeConfig(AppConfig):
    name = "realtime"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from games.config_store import configs
        from realtime import (
            clock,
            control,
            database,
            operations_listener,
            sampling,
            tally_jobs,
            trace_export,
            warming,
        )
        from realtime.lifecycle import on_start, on_stop

        configs.run = database.run
        configs.tell = control.announce_configs
        on_start(trace_export.start)
        on_stop(trace_export.stop)
        on_stop(tally_jobs.finish)  # after those who still count
        on_start(warming.open_connections)
        on_start(clock.keep_right)
        on_start(control.start)
        on_stop(control.stop)
        on_start(sampling.start)
        on_stop(sampling.stop)
        on_start(operations_listener.start)
        on_stop(operations_listener.stop)
        if settings.REDIS_URL:
            _span_processes()


def _span_processes() -> None:
    """Only where there is a Redis: its client takes a while to load."""
    from realtime import shared_limits, waking
    from realtime.lifecycle import on_start, on_stop
    from realtime.presence import use_presence
    from realtime.redis_link import RedisLink
    from realtime.router import use_router
    from realtime.worker import on_wake

    link = RedisLink()
    use_presence(link.presence)
    use_router(link.router)
    on_wake(waking.tell)
    on_start(link.start)
    on_stop(link.stop)
    on_start(shared_limits.start)
    on_stop(shared_limits.stop)
