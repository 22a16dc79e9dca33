import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from games.models import AuditEntry, Game, Stage
from players import friends, passwords
from players.importing import PlayerFaults, import_players
from players.models import DeviceIdentity, Player

pytestmark = pytest.mark.django_db

A, B, C = "54be1fd9e4b0fd9efb39a601", "54be1fd9e4b0fd9efb39a602", "54be1fd9e4b0fd9efb39a603"

ANA: dict[str, Any] = {
    "id": A,
    "userName": "ana",
    "password": "sesame",
    "displayName": "Ana 😀",
    "scriptData": {"level": 3},
    "segments": {"COUNTRY": "FR"},
    "externalIds": {"FB": "7"},
    "location": {"country": "FR"},
    "language": "fr",
    "created": "2020-01-01T00:00Z",
    "lastSeen": "2022-09-30T12:30:00Z",
    "deviceIds": ["phone-1"],
    "friends": [B],
}


def load(stage: Stage, *items: dict[str, Any] | str) -> int:
    lines = [item if isinstance(item, str) else json.dumps(item) for item in items]
    return import_players(stage, lambda: lines, None)


def faults(stage: Stage, *items: dict[str, Any] | str) -> list[str]:
    with pytest.raises(PlayerFaults) as refused:
        load(stage, *items)
    return refused.value.faults


def test_players_keep_their_ids_and_data(stage: Stage) -> None:
    assert load(stage, ANA, "", {"id": B, "userName": None}) == 2
    ana, other = Player.objects.order_by("id")
    assert (ana.pk, ana.stage, ana.user_name, ana.display_name) == (A, stage, "ana", "Ana 😀")
    assert (ana.script_data, ana.segments, ana.external_ids) == ({"level": 3}, {"COUNTRY": "FR"}, {"FB": "7"})
    assert (ana.location, ana.language) == ({"country": "FR"}, "fr")
    assert (ana.created_ms, ana.last_seen_ms) == (1_577_836_800_000, 1_664_541_000_000)
    assert passwords.matches("sesame", ana.password)
    assert DeviceIdentity.objects.get(device_id="phone-1").player == ana
    assert list(friends.friends_of(other.pk)) == [ana]
    assert other.user_name is None
    assert AuditEntry.objects.get(action="players.import").target == "2 players"


def test_importing_again_changes_nothing_and_keeps_what_is_left_out(stage: Stage) -> None:
    load(stage, ANA, {"id": B})
    password = Player.objects.get(pk=A).password
    load(stage, ANA, {"id": B})
    assert Player.objects.get(pk=A).password == password
    load(stage, {"id": A, "displayName": "Anna"})
    ana = Player.objects.get(pk=A)
    assert (ana.display_name, ana.user_name, ana.password) == ("Anna", "ana", password)
    assert (Player.objects.count(), DeviceIdentity.objects.count()) == (2, 1)


def test_every_fault_is_named_with_its_line_and_nothing_is_written(stage: Stage, live: Stage) -> None:
    Player.objects.create(pk=C, stage=live)
    taken = Player.objects.create(stage=stage, user_name="bo")
    DeviceIdentity.objects.create(stage=stage, player=taken, device_id="phone-9")
    before = Player.objects.count()
    assert faults(
        stage,
        ANA | {"friends": [A, "0" * 24]},
        "{not json",
        {"userName": "x"},
        {"id": A.upper()},
        {"id": A, "userName": "ana"},
        "",
        {"id": B, "userName": "bo", "deviceIds": ["phone-9", "phone-1"], "age": 5},
        {"id": B, "userName": "bo", "deviceIds": ["phone-9", "phone-1"], "lastSeen": "yesterday"},
        {"id": B, "userName": "bo", "deviceIds": ["phone-9", "phone-1"]},
        {"id": C},
        "[]",
    ) == [
        "line 1.friends: nobody is their own friend",
        "line 2: not JSON",
        "line 3.id: required",
        "line 4.id: expected 24 lower-case hex characters",
        f'line 5.id: "{A}" is in line 1 already',
        'line 5.userName: "ana" is in line 1 already',
        "line 7.age: unknown key",
        "line 8.lastSeen: expected a date such as 2026-11-22T17:05Z",
        'line 9.deviceIds[1]: "phone-1" is in line 1 already',
        "line 11: expected an object",
        f'line 10.id: "{C}" is a player of another stage',
        f'line 9.userName: "bo" is taken by {taken.pk}',
        f'line 9.deviceIds: "phone-9" is the device of {taken.pk}',
        f'line 1.friends: unknown player "{"0" * 24}"',
    ]
    assert Player.objects.count() == before


def test_more_than_a_chunk_is_imported(stage: Stage) -> None:
    assert (
        load(stage, *({"id": f"{number:024x}", "userName": f"p{number}"} for number in range(1, 1102)))
        == 1101
    )
    assert Player.objects.count() == 1101


def test_the_command_imports_a_file(game: Game, tmp_path: Path) -> None:
    file = tmp_path / "players.jsonl"
    file.write_text("﻿" + json.dumps(ANA) + "\n" + json.dumps({"id": B}) + "\n")
    out = io.StringIO()
    call_command("import_players", "duel0000dice", "preview", str(file), stdout=out)
    assert out.getvalue() == "Imported 2 players into Duel of Dice, preview.\n"
    out = io.StringIO()
    call_command("import_players", "DUEL0000DICE", "preview", str(file), "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"players": 2}


@pytest.mark.parametrize(
    ("key", "content", "message"),
    [
        ("nobody", b"", "There is no game with the API key nobody."),
        ("duel0000dice", None, "{file} cannot be read: No such file or directory."),
        ("duel0000dice", b"\xff", "{file} is not UTF-8: invalid start byte."),
        ("duel0000dice", b"{}", "Nothing was imported: 1 fault.\n  line 1.id: required"),
        (
            "duel0000dice",
            b"{}\n{}",
            "Nothing was imported: 2 faults.\n  line 1.id: required\n  line 2.id: required",
        ),
    ],
)
def test_the_command_says_what_is_wrong(
    game: Game, tmp_path: Path, key: str, content: bytes | None, message: str
) -> None:
    file = tmp_path / "players.jsonl"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CommandError) as refused:
        call_command("import_players", key, "preview", str(file))
    assert str(refused.value) == message.format(file=file)
