from django.apps import AppConfig


class CompetitionConfig(AppConfig):
    name = "competition"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from competition.achievements import documents as achievement_documents
        from competition.achievements.query_fields import ACHIEVEMENT
        from competition.departing import depart
        from competition.events import tracing
        from competition.goods import documents, signup
        from competition.leaderboards import receivers as board_receivers
        from competition.matches import receivers
        from players.account_parts import register_account_part
        from players.departures import on_departure
        from players.new_players import register_welcome
        from players.query_fields import register_field

        register_account_part(documents.account_part)
        register_account_part(achievement_documents.account_part)
        register_field(ACHIEVEMENT)
        register_welcome(signup.give_signup_bonus)
        on_departure(depart)
        receivers.connect()
        board_receivers.connect()
        tracing.install()
