from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "messaging"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from messaging import outcomes, push_hooks, receivers
        from messaging.catch_up import StoreInbox
        from messaging.departing import depart
        from messaging.segment_uses import message_uses
        from players import segment_uses
        from players.departures import on_departure
        from realtime.inbox import set_inbox
        from realtime.lifecycle import on_stop

        assert receivers  # imported for its receiver
        inbox = StoreInbox()
        set_inbox(inbox)
        push_hooks.install()
        on_departure(depart)
        segment_uses.register(message_uses)
        on_stop(outcomes.written.finish)  # the last registered is stopped first
        on_stop(outcomes.confirmed.finish)
        on_stop(inbox.settle)
