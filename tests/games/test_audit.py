from games.audit import record
from games.models import AuditEntry, Game, User


def test_record_keeps_who_what_and_where(game: Game, owner: User) -> None:
    entry = record(owner, "stage.sandbox_push", "live", game, on=True)
    stored = AuditEntry.objects.get(pk=entry.pk)
    assert (stored.actor, stored.actor_name, stored.action, stored.target) == (
        owner,
        "olga",
        "stage.sandbox_push",
        "live",
    )
    assert (stored.game, stored.detail) == (game, {"on": True})


def test_record_outlives_its_actor(game: Game, owner: User) -> None:
    entry = record(owner, "x", "y" * 300, game)
    owner.delete()
    entry.refresh_from_db()
    assert (entry.actor, entry.actor_name, entry.target) == (None, "olga", "y" * 200)
