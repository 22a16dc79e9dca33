from typing import Any

import pytest

from games.credentials_section import CredentialsSection
from games.models import Credential, Game, User
from games.sections import Faults

SECTION = CredentialsSection()
PARTNER = {"shortCode": "partner", "name": "Partner"}


def faults_of(data: Any) -> list[str]:
    faults = Faults()
    SECTION.validate(data, faults, {})
    return faults.found


def test_export_has_every_field_in_order(game: Game, owner: User) -> None:
    SECTION.apply(
        game, [PARTNER, {"shortCode": "ear", "name": "Ear", "player": False, "listenAll": True}], owner
    )
    rest = {
        "callback": False,
        "restPolicy": "forbidden",
        "requests": {"allow": ["*"], "deny": []},
        "admin": False,
    }
    rows = {row["shortCode"]: row for row in SECTION.export(game)}
    assert list(rows) == ["debug", "device", "ear", "partner", "server", "server-send"]
    assert rows["partner"] == {**PARTNER, "player": True, "listener": True, **rest}
    assert list(rows["partner"]) == [*PARTNER, "player", "listener", *rest]
    assert rows["ear"] == {
        "shortCode": "ear",
        "name": "Ear",
        "player": False,
        "listener": True,
        **rest,
        "listenAll": True,
    }


def test_secret_export_puts_the_secret_behind_the_name(game: Game) -> None:
    row = SECTION.export_secret(game)[1]
    assert list(row)[:3] == ["shortCode", "name", "secret"]
    assert row["secret"] == Credential.objects.get(game=game, short_code="device").secret


def test_apply_takes_secrets_and_keeps_those_not_named(game: Game, owner: User) -> None:
    device = Credential.objects.get(game=game, short_code="device").secret
    SECTION.apply(game, [{**PARTNER, "secret": "pâté"}, {"shortCode": "device", "name": "App"}], owner)
    SECTION.apply(game, [PARTNER, {"shortCode": "device", "name": "App"}], owner)
    rows = {row.short_code: row for row in Credential.objects.filter(game=game)}
    assert (rows["partner"].secret, rows["device"].secret, rows["device"].name) == ("pâté", device, "App")


def test_apply_deletes_own_credentials_left_out_and_no_system_ones(game: Game, owner: User) -> None:
    SECTION.apply(game, [PARTNER], owner)
    SECTION.apply(game, [], owner)
    assert [row["shortCode"] for row in SECTION.export(game)] == ["debug", "device", "server", "server-send"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"shortCode": "a/b"}, "credentials[0].shortCode: expected letters, digits, _ and -"),
        ({"name": ""}, "credentials[0].name: must not be empty"),
        ({"secret": ""}, "credentials[0].secret: must not be empty"),
        ({"secret": None}, "credentials[0].secret: expected a text"),
        ({"player": "true"}, "credentials[0].player: expected true or false"),
        ({"restPolicy": "x"}, "credentials[0].restPolicy: expected one of forbidden, token, allowed"),
        ({"requests": {"allow": [".LogEventRequest"]}}, None),
        ({"requests": {"grant": []}}, "credentials[0].requests.grant: unknown key"),
        ({"colour": "red"}, "credentials[0].colour: unknown key"),
    ],
)
def test_fault_is_found_at_its_path(change: dict[str, Any], fault: str | None) -> None:
    request = "credentials[0].requests.allow[0]: expected a request's name without the dot, or *"
    assert faults_of([{**PARTNER, **change}]) == [fault or request]
