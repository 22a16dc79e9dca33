from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "messaging"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from messaging import outcomes, push_hooks, receivers
        from messaging.catch_up import StoreInbox
        from realtime.inbox import set_inbox
        from realtime.lifecycle import on_stop

        assert receivers  # imported for its receiver
        inbox = StoreInbox()
        set_inbox(inbox)
        push_hooks.install()
        on_stop(outcomes.written.finish)  # the last registered is stopped first
        on_stop(outcomes.confirmed.finish)
        on_stop(inbox.settle)
