import json
from typing import Any

import pytest
from django.db import connection

from games.documents import DocumentFaults, export_game, import_game
from games.lookup import find_game
from games.models import AuditEntry, Credential, Game, Snapshot, StoredSection, User
from games.sections import ORDER
from players.models import Player
from tests.games.duel import TEXT, duel


def stored() -> dict[str, list[Any]]:
    """Every row of every table."""
    with connection.cursor() as cursor:
        rows: dict[str, list[Any]] = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows[table] = cursor.fetchall()
    return rows


def refusal(document: dict[str, Any] | str, author: User | None = None) -> list[str]:
    content = document if isinstance(document, str) else json.dumps(document)
    before = stored()
    with pytest.raises(DocumentFaults) as refused:
        import_game(content, author)
    assert stored() == before
    return refused.value.faults


def ten_faults() -> dict[str, Any]:
    document = duel(format="flint.game/2", weather=[])
    document["credentials"][0]["restPolicy"] = "sometimes"
    document["events"][0]["attributes"][0]["kind"] = "number"
    document["runningTotals"][0]["event"] = "GONE"
    document["leaderboards"][0]["fields"][0]["collector"] = "X"
    document["leaderboards"][0]["topN"] = "ten"
    document["teams"][0]["maxMembers"] = -1
    document["matches"][0]["minPlayers"] = 1
    del document["currencies"][0]["number"]
    return document


TEN_FAULTS = [
    'format: expected "flint.game/1"',
    "weather: unknown key",
    "credentials[0].restPolicy: expected one of forbidden, token, allowed",
    "events[0].attributes[0].kind: unknown key",
    'runningTotals[0].event: unknown event "GONE"',
    "leaderboards[0].topN: expected a number",
    'leaderboards[0].fields[0].collector: unknown event attribute "SCORE.X"',
    "teams[0].maxMembers: must be at least 0",
    "matches[0].minPlayers: must be at least 2",
    "currencies[0].number: required",
]


@pytest.mark.django_db
def test_document_with_ten_faults_lists_all_and_changes_nothing() -> None:
    assert refusal(ten_faults()) == TEN_FAULTS


def test_faulty_update_changes_nothing(owner: User) -> None:
    import_game(TEXT, owner, publish=True)
    assert refusal(ten_faults(), owner) == TEN_FAULTS


@pytest.mark.django_db
def test_import_under_another_key_exports_the_same_but_for_that_line() -> None:
    import_game(TEXT, None)
    first = export_game(Game.objects.get())
    Game.objects.all().delete()
    import_game(first.replace("K370851a5ql7", "another0key1"), None)
    second = export_game(Game.objects.get())
    lines = [
        (old, new) for old, new in zip(first.splitlines(), second.splitlines(), strict=True) if old != new
    ]
    assert lines == [(' "apiKey": "K370851a5ql7",', ' "apiKey": "another0key1",')]


@pytest.mark.django_db
def test_one_changed_text_is_one_changed_line() -> None:
    import_game(TEXT, None)
    first = export_game(Game.objects.get())
    import_game(first.replace("Your duel has begun", "En garde"), None)
    second = export_game(Game.objects.get())
    lines = [
        (old, new) for old, new in zip(first.splitlines(), second.splitlines(), strict=True) if old != new
    ]
    assert lines == [('   "title": "Your duel has begun",', '   "title": "En garde",')]


@pytest.mark.parametrize(("publish", "stages"), [(False, ["preview"]), (True, ["live", "preview"])])
def test_players_seed_preview_and_live_with_a_publish(owner: User, publish: bool, stages: list[str]) -> None:
    player = {"userName": "p1", "password": "p1", "displayName": "PLAYER_1", "segments": {"COUNTRY": "FR"}}
    document = json.dumps(duel(players=[player]))
    game = import_game(document, owner, publish=publish).game
    import_game(document, owner, publish=publish)
    seeded = Player.objects.filter(stage__game=game).order_by("stage__name")
    assert [(row.stage.name, row.display_name) for row in seeded] == [(stage, "PLAYER_1") for stage in stages]
    assert "players" not in json.loads(export_game(game))


@pytest.mark.django_db
def test_export_of_an_import_is_stable_and_in_order() -> None:
    import_game(TEXT, None)
    game = Game.objects.get()
    first = export_game(game)
    result = import_game(first, None)
    assert (export_game(game), result.changes, result.created) == (first, [], False)
    keys = list(json.loads(first))
    assert keys == ["format", "name", "description", "apiKey", *ORDER[:-1]]


@pytest.mark.django_db
def test_secrets_are_exported_only_when_asked_for() -> None:
    import_game(TEXT, None)
    game = Game.objects.get()
    secrets = [row.secret for row in Credential.objects.filter(game=game)]
    plain, whole = export_game(game), export_game(game, with_secrets=True)
    assert [secret for secret in secrets if secret in plain] == []
    assert [secret for secret in secrets if secret not in whole] == []


@pytest.mark.django_db
def test_secrets_survive_an_import_without_them() -> None:
    import_game(TEXT, None)
    before = {row.short_code: row.secret for row in Credential.objects.all()}
    import_game(export_game(Game.objects.get()), None)
    assert {row.short_code: row.secret for row in Credential.objects.all()} == before


@pytest.mark.django_db
def test_secrets_move_with_an_export_that_has_them() -> None:
    import_game(TEXT, None)
    before = {row.short_code: row.secret for row in Credential.objects.all()}
    whole = export_game(Game.objects.get(), with_secrets=True)
    Game.objects.all().delete()
    import_game(whole, None)
    assert {row.short_code: row.secret for row in Credential.objects.all()} == before


@pytest.mark.django_db
def test_smallest_document_makes_a_game_with_system_credentials() -> None:
    result = import_game('{"format": "flint.game/1", "name": "Small", "apiKey": "small0000001"}', None)
    assert (result.created, result.changes) == (True, [])
    codes = [row["shortCode"] for row in json.loads(export_game(result.game))["credentials"]]
    assert codes == ["debug", "device", "server", "server-send"]


def test_section_left_out_stays_as_it_is(owner: User) -> None:
    import_game(TEXT, owner)
    head = {"format": "flint.game/1", "name": "Duel of Dice", "apiKey": "K370851a5ql7"}
    result = import_game(json.dumps({**head, "teams": [{"shortCode": "CLAN"}]}), owner)
    assert result.changes == ["teams: changed CLAN"]
    assert json.loads(export_game(result.game))["events"][0]["shortCode"] == "MOVE"


def test_section_left_out_must_still_fit(owner: User) -> None:
    import_game(TEXT, owner)
    head = {"format": "flint.game/1", "name": "Duel of Dice", "apiKey": "K370851a5ql7"}
    assert refusal({**head, "teams": []}, owner) == [
        'runningTotals[0].teamType: unknown team type "CLAN"',
        'leaderboards[0].teamType: unknown team type "CLAN"',
    ]


def test_import_names_what_changed(owner: User) -> None:
    import_game(TEXT, owner)
    document = duel(name="Dice", scripts={"modules/ratings": "changed", "system/GS_DAILY": ""})
    document["credentials"] = document["credentials"][1:]
    document["broadcastLimits"]["perDay"] = 3
    assert import_game(json.dumps(document), owner).changes == [
        "name: changed",
        "credentials: removed partner",
        "scripts: added system/GS_DAILY",
        "scripts: changed modules/ratings",
        "scripts: removed event/SCORE",
        "broadcastLimits: changed perDay",
    ]


def test_key_in_another_case_is_the_same_game(owner: User) -> None:
    import_game(TEXT, owner)
    result = import_game(TEXT.replace("K370851a5ql7", "k370851A5QL7"), owner)
    assert (result.created, result.game.api_key, result.changes) == (False, "K370851a5ql7", [])


@pytest.mark.django_db
def test_dry_run_tells_and_changes_nothing() -> None:
    before = stored()
    result = import_game(TEXT, None, publish=True, dry_run=True)
    assert (result.created, "teams: added CLAN" in result.changes) == (True, True)
    assert stored() == before


def test_import_leaves_live_alone_until_published(owner: User) -> None:
    game = import_game(TEXT, owner).game
    with pytest.raises(LookupError, match="K370851a5ql7: the live stage is not published yet"):
        export_game(game, "live")
    import_game(json.dumps(duel(name="Dice")), owner, publish=True)
    assert export_game(game, "live") == export_game(find_game(game.api_key) or game)


def test_live_export_keeps_what_was_published(owner: User) -> None:
    game = import_game(TEXT, owner, publish=True).game
    published = export_game(game)
    import_game(json.dumps(duel(scripts={})), owner)
    assert export_game(game, "live") == published
    assert export_game(game) != published


def test_live_export_shows_the_credentials_of_today(owner: User) -> None:
    game = import_game(TEXT, owner, publish=True).game
    import_game(json.dumps(duel(credentials=[])), owner)
    codes = [row["shortCode"] for row in json.loads(export_game(game, "live"))["credentials"]]
    assert codes == ["debug", "device", "server", "server-send"]


def test_snapshot_holds_no_secret(owner: User) -> None:
    import_game(TEXT, owner, publish=True)
    document = Snapshot.objects.get().document
    assert [row for row in Credential.objects.all() if row.secret in document] == []


def test_import_is_audited(owner: User) -> None:
    result = import_game(TEXT, owner)
    entry = AuditEntry.objects.filter(action="game.imported").get()
    assert (entry.actor, entry.game, entry.target) == (owner, result.game, "K370851a5ql7")
    assert entry.detail == {"created": True, "changes": result.changes}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"name": ""}, "name: must not be empty"),
        ({"name": 7}, "name: expected a text"),
        ({"description": None}, "description: expected a text"),
        ({"apiKey": "a b c d"}, "apiKey: expected 4 to 50 letters and digits"),
        ({"apiKey": 12345}, "apiKey: expected 4 to 50 letters and digits"),
        ({"apiKey": "abcd\n"}, "apiKey: expected 4 to 50 letters and digits"),
    ],
)
@pytest.mark.django_db
def test_faulty_head_is_refused(change: dict[str, Any], fault: str) -> None:
    assert refusal(duel(**change)) == [fault]


@pytest.mark.django_db
def test_missing_head_is_refused() -> None:
    assert refusal("{}") == [
        'format: expected "flint.game/1"',
        "apiKey: expected 4 to 50 letters and digits",
        "name: required",
    ]


@pytest.mark.django_db
def test_deleting_a_published_game_deletes_everything_of_it() -> None:
    import_game(TEXT, None, publish=True)
    Game.objects.get().delete()
    assert (StoredSection.objects.count(), Snapshot.objects.count(), Credential.objects.count()) == (0, 0, 0)
