from collections.abc import Callable

import pytest

from games.models import AuditEntry, Stage, User
from players import segments
from players.models import Player

pytestmark = pytest.mark.django_db


def test_an_operators_change_is_audited(
    stage: Stage, add_player: Callable[..., Player], country: None
) -> None:
    ana, operator = add_player("ana", segments={"TIER": "GOLD"}), User.objects.create_user("olga")
    segments.set_value(stage.pk, ana.pk, "COUNTRY", "FR", operator)
    ana.refresh_from_db()
    assert ana.segments == {"TIER": "GOLD", "COUNTRY": "FR"}
    entry = AuditEntry.objects.get(action="player.segment")
    assert (entry.actor, entry.target, entry.detail) == (
        operator,
        ana.pk,
        {"segment": "COUNTRY", "value": "FR"},
    )


def test_a_game_servers_change_is_not(stage: Stage, add_player: Callable[..., Player], country: None) -> None:
    segments.set_value(stage.pk, add_player("ana").pk, "COUNTRY", "FR")
    assert not AuditEntry.objects.filter(action="player.segment").exists()
