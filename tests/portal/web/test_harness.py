"""The test harness' page, the signing of handshakes, logging in as a player, scenarios."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from django.test import Client

from games.models import AuditEntry, Credential, HarnessScenario, PortalSession
from games.publishing import publish
from messaging.harness_sockets import Held
from players.models import Player
from players.tokens import ResumeKey, resume_tokens
from portal.web.harness_rights import may_stay
from tests.portal.web.people import People, make_people

pytestmark = pytest.mark.django_db
NONCE = "0123456789abcdef0123456789abcdef"
STEPS = [{"panel": 1, "send": {"@class": ".ListMessageRequest"}}, {"panel": 2, "expect": ".A_1", "within": 2}]


def post(client: Client, url: str, document: Any) -> tuple[int, Any]:
    answer = client.post(url, json.dumps(document), content_type="application/json")
    return answer.status_code, json.loads(answer.content)


def page_of(client: Client, stage: str = "preview") -> Any:
    text = client.get(f"/g/ours/{stage}/harness/").content.decode()
    return json.loads(
        text.partition('<script id="harness" type="application/json">')[2].partition("</script>")[0]
    )


def test_a_handshake_is_signed_without_showing_the_secret(people: People) -> None:
    secret = Credential.objects.get(game=people.game, short_code="device").secret
    client = people.client("editor")
    status, answer = post(client, "/g/ours/preview/harness/sign/", {"credential": "device", "nonce": NONCE})
    session = PortalSession.objects.get()
    signed = f"{NONCE} for portal session {session.pk}"
    proof = base64.b64encode(hmac.digest(secret.encode(), signed.encode(), hashlib.sha256)).decode()
    assert (status, answer) == (200, {"hmac": proof, "portalSession": str(session.pk)})
    assert secret not in client.get("/g/ours/preview/harness/").content.decode()
    entry = AuditEntry.objects.get(action="harness.connected")
    assert (entry.target, entry.actor_name, entry.detail) == ("device", "ours-editor", {"stage": "preview"})


@pytest.mark.parametrize("nonce", ["", NONCE[1:], NONCE + "0", NONCE.upper(), f"{NONCE}\n", 5, None, [NONCE]])
def test_nothing_but_a_nonce_is_signed(people: People, nonce: object) -> None:
    status, answer = post(
        people.client("owner"), "/g/ours/preview/harness/sign/", {"credential": "device", "nonce": nonce}
    )
    assert (status, answer) == (400, {"error": "This is no nonce of a handshake."})


def test_credentials_of_other_games_sign_nothing(people: People) -> None:
    theirs = make_people("theirs")
    Credential.objects.create(game=theirs.game, short_code="special", name="Special", secret="s" * 32)
    status, _ = post(
        people.client("owner"), "/g/ours/preview/harness/sign/", {"credential": "special", "nonce": NONCE}
    )
    assert status == 404


def test_a_socket_may_be_logged_in_as_a_player(people: People) -> None:
    stage = people.game.stage("preview")
    player = Player.objects.create(stage=stage, user_name="anna", display_name="Anna")
    for given in ("anna", player.pk):
        status, answer = post(people.client("editor"), "/g/ours/preview/harness/token/", {"player": given})
        assert (status, answer["playerId"]) == (200, player.pk)
        resumed = resume_tokens([ResumeKey(stage.pk, answer["authToken"])])[0]
        assert resumed is not None
        assert resumed.player_id == player.pk
    assert AuditEntry.objects.filter(action="harness.logged_in", target=player.pk).count() == 2


def test_players_of_another_stage_are_not_logged_in(people: People) -> None:
    player = Player.objects.create(stage=people.game.stage("live"), user_name="anna", display_name="Anna")
    for given in ("anna", player.pk, "", None):
        status, answer = post(people.client("owner"), "/g/ours/preview/harness/token/", {"player": given})
        assert status == 404
        assert "authToken" not in answer


@pytest.mark.parametrize("page", ["sign", "token"])
def test_live_takes_an_administrator(people: People, page: str) -> None:
    publish(people.game, None)
    for role, status in (("editor", 403), ("admin", 404 if page == "token" else 400)):
        client = people.client(role)
        answer = client.post(f"/g/ours/live/harness/{page}/", "{}", content_type="application/json")
        assert answer.status_code == status
    assert (
        "connecting takes an administrator"
        in people.client("editor").get("/g/ours/live/harness/").content.decode()
    )


def test_the_picker_has_every_request_and_the_games_events(people: People) -> None:
    from games.documents import import_game

    event = {
        "shortCode": "SCORE",
        "name": "Score",
        "attributes": [{"shortCode": "points", "type": "number", "aggregation": "last"}],
    }
    import_game(json.dumps({"format": "flint.game/1", "apiKey": "ours", "events": [event]}), None)
    requests = {each["name"]: each for each in page_of(people.client("editor"))["requests"]}
    assert requests["LogEvent SCORE"]["request"] == {
        "@class": ".LogEventRequest",
        "eventKey": "SCORE",
        "points": 0,
    }
    assert requests["Authentication"]["request"] == {
        "@class": ".AuthenticationRequest",
        "password": "",
        "userName": "",
    }
    assert requests["SendMessage"]["caller"] == "server"
    assert requests["FacebookConnect"]["missing"]
    assert len(requests) > 100


def test_scenarios_are_kept_for_everybody_and_replaced_by_name(people: People) -> None:
    url = "/g/ours/preview/harness/scenarios/"
    assert post(people.client("editor"), url, {"name": " First ", "steps": STEPS}) == (
        200,
        {"scenarios": [{"name": "First", "steps": STEPS}]},
    )
    shorter = [{"panel": 1, "send": {}}]
    _, answer = post(people.client("admin"), url, {"name": "First", "steps": shorter})
    assert answer == {"scenarios": [{"name": "First", "steps": shorter}]}
    assert page_of(people.client("owner"))["scenarios"] == answer["scenarios"]
    assert post(people.client("owner"), url, {"name": "First", "delete": True}) == (200, {"scenarios": []})


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"name": "", "steps": STEPS}, "A scenario needs a name of up to 80 characters."),
        ({"name": "x" * 81, "steps": STEPS}, "A scenario needs a name of up to 80 characters."),
        ({"name": "x"}, "A scenario has 1 to 200 steps."),
        ({"name": "x", "steps": []}, "A scenario has 1 to 200 steps."),
        ({"name": "x", "steps": STEPS * 101}, "A scenario has 1 to 200 steps."),
        ({"name": "x", "steps": [{"panel": 5, "send": {}}]}, "Step 1 names no panel from 1 to 4."),
        ({"name": "x", "steps": [STEPS[0], "send"]}, "Step 2 names no panel from 1 to 4."),
        (
            {"name": "x", "steps": [{"panel": 1, "send": []}]},
            "Step 1 neither sends an object nor expects a class such as .ScriptMessage.",
        ),
        (
            {"name": "x", "steps": [{"panel": 1, "expect": ".A", "within": 61}]},
            "Step 1 waits for more than 60 seconds, or for none.",
        ),
    ],
)
def test_what_is_no_scenario_is_refused(people: People, given: dict[str, Any], fault: str) -> None:
    answer = post(people.client("owner"), "/g/ours/preview/harness/scenarios/", given)
    assert answer == (422, {"error": fault})
    assert not HarnessScenario.objects.exists()


def test_a_game_keeps_a_hundred_scenarios(people: People) -> None:
    rows = (HarnessScenario(game=people.game, name=f"s{number}", steps=STEPS) for number in range(100))
    HarnessScenario.objects.bulk_create(rows)
    url, client = "/g/ours/preview/harness/scenarios/", people.client("owner")
    assert post(client, url, {"name": "one more", "steps": STEPS})[0] == 422
    assert post(client, url, {"name": "s5", "steps": STEPS})[0] == 200


def test_sockets_stay_for_who_is_signed_in_and_may_connect_there(people: People) -> None:
    post(people.client("editor"), "/g/ours/preview/harness/sign/", {"credential": "device", "nonce": NONCE})
    number, game = str(PortalSession.objects.get().pk), people.game.pk
    here = Held(number, game, "preview")
    forged = {Held(text, game, "preview") for text in ("", "x", "-1", "9" * 30, "\u0661", f"{number}\n")}
    elsewhere = {Held(number, make_people("theirs").game.pk, "preview"), Held(number, game, "live")}
    assert may_stay({here, *forged, *elsewhere}) == {here}
    people.user("editor").delete()
    assert may_stay({here}) == set()
