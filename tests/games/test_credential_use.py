"""When a credential was last used and what it holds: noted in memory, stored once in a while."""

from typing import Any

import pytest

from games import credential_use
from games.credential_use import note, take_notes, with_sockets, write_down
from games.models import Credential, CredentialSockets, Game, User
from games.publishing import create_game
from protocol.dates import now_ms

pytestmark = pytest.mark.django_db


def uses(game: Game) -> dict[str, Any]:
    return {row.short_code: row for row in with_sockets(Credential.objects.filter(game=game))}


def used(game: Game) -> set[str]:
    return {code for code, row in uses(game).items() if row.used_ms}


def test_a_note_is_stored_with_the_next_turn(game: Game) -> None:
    note(game.pk, "server")
    note(game.pk, "server")
    assert used(game) == set()
    before = now_ms()
    write_down("a", take_notes(), {})
    assert used(game) == {"server"}
    assert before <= uses(game)["server"].used_ms <= now_ms()
    assert take_notes() == set()


def test_a_socket_that_stays_is_use(game: Game) -> None:
    write_down("a", set(), {(game.pk, "device"): 3})
    assert uses(game)["device"].held == 3
    assert used(game) == {"device"}


def test_processes_are_added_up_and_each_replaces_its_own(game: Game) -> None:
    write_down("a", set(), {(game.pk, "device"): 3, (game.pk, "server"): 1})
    write_down("b", set(), {(game.pk, "device"): 4})
    assert [uses(game)[code].held for code in ("device", "server", "debug")] == [7, 1, 0]
    write_down("a", set(), {(game.pk, "device"): 1})
    assert [uses(game)[code].held for code in ("device", "server")] == [5, 0]
    write_down("b", set(), {})
    assert uses(game)["device"].held == 1


def test_a_process_that_died_counts_no_longer_and_leaves_nothing(
    game: Game, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_down("dead", set(), {(game.pk, "device"): 9})
    later = now_ms() + credential_use.COUNTS_MS + 1
    monkeypatch.setattr(credential_use, "now_ms", lambda: later)
    assert uses(game)["device"].held == 0
    write_down("a", set(), {(game.pk, "device"): 1})
    assert list(CredentialSockets.objects.values_list("node", "count")) == [("a", 1)]


def test_games_with_the_same_codes_are_kept_apart(game: Game, owner: User) -> None:
    other = create_game("Other", owner)
    write_down("a", {(game.pk, "server"), (other.pk, "device")}, {(game.pk, "debug"): 2})
    assert used(game) == {"server", "debug"}
    assert used(other) == {"device"}
    assert (uses(other)["debug"].used_ms, uses(other)["debug"].held) == (0, 0)


def test_a_credential_that_is_gone_is_passed_over(game: Game) -> None:
    write_down("a", {(game.pk, "gone"), (0, "device")}, {(game.pk, "gone"): 2, (game.pk, "device"): 1})
    assert used(game) == {"device"}


def test_so_many_statements_whatever_was_used(game: Game, django_assert_num_queries: Any) -> None:
    for count in (1, 4):
        codes = list(Credential.objects.filter(game=game).values_list("short_code", flat=True)[:count])
        with django_assert_num_queries(6):  # a savepoint, and four between
            write_down("a", {(game.pk, code) for code in codes}, {(game.pk, code): 1 for code in codes})
    with django_assert_num_queries(3):
        write_down("a", set(), {})
