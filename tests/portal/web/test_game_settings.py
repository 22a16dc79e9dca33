"""A game's settings on their page, by one and by two at once; its transfer, deletion and restoration."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from competition.goods.currencies import currencies
from games.collaborators import games_of
from games.config_store import configs
from games.documents import import_game
from games.game_settings import current_number, settings_of
from games.models import AuditEntry, Collaborator, Game
from games.publishing import create_game
from games.saved_versions import versions
from tests.portal.web.page_forms import read_form
from tests.portal.web.people import People, make_people, post

pytestmark = pytest.mark.django_db
URL = "/g/ours/settings/"
BIN = "/recycle-bin/"
GOLD = {"number": 1, "shortCode": "GOLD", "name": "Gold", "signupBonus": 25}


def page_of(people: People, url: str = URL, role: str = "admin") -> str:
    answer = people.client(role).get(url)
    assert answer.status_code == 200
    return str(answer.content.decode())


def form_of(people: People, **changes: Any) -> dict[str, Any]:
    return {**read_form(page_of(people), "settings-form"), **changes}


def fresh(people: People) -> Game:
    return Game.objects.get(pk=people.game.pk)


def test_settings_are_saved_and_preview_obeys_them(people: People) -> None:
    stage = people.game.stage("preview")
    assert currencies(stage.pk) == {}
    given = {"name": "<i>Duel</i>", "description": "Two of them", "platforms": ["ios", "web"]}
    page = post(people, URL, form_of(people, **given, code_1="GOLD", name_1="Gold", bonus_1="25"))
    assert "Saved as version 1; preview runs it now." in page
    assert "&lt;i&gt;Duel&lt;/i&gt;" in page
    assert settings_of(fresh(people)) == {**given, "currencies": [GOLD]}
    configs.refresh([stage.pk])
    assert currencies(stage.pk)[1].signup_bonus == 25
    page = post(people, URL, form_of(people))
    assert "Nothing had changed." in page
    assert current_number(people.game) == 1
    entry = AuditEntry.objects.get(game=people.game, action="game.settings")
    assert (entry.actor_name, entry.detail["currencies"]) == ("ours-admin", [GOLD])


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"name": " "}, "Name</a>: This field is required."),
        ({"name_2": "Gems"}, "Currency 2, short code</a>: Give it a short code"),
        ({"code_1": "a b"}, "Currency 1, short code</a>: Up to 50 letters"),
        ({"code_1": "GOLD", "bonus_1": "-1"}, "Currency 1, sign-up bonus</a>: Ensure this value is greater"),
        ({"code_1": "GOLD", "code_2": "GOLD"}, "currencies[1].shortCode"),
        ({"platforms": ["n64"]}, "Players play on</a>: Select a valid choice"),
    ],
)
def test_what_does_not_fit_is_said_and_changes_nothing(
    people: People, change: dict[str, Any], fault: str
) -> None:
    before = settings_of(people.game)
    page = post(people, URL, form_of(people, **change), 422)
    assert fault in page
    assert 'role="alert"' in page
    assert settings_of(fresh(people)) == before


def test_two_at_once_lose_nothing(people: People) -> None:
    post(people, URL, form_of(people, code_1="GOLD", name_1="Gold"))
    mine = form_of(people)
    post(people, URL, form_of(people, name="Theirs", description="By them", name_1="Coins"), role="owner")
    page = post(people, URL, {**mine, "name": "Mine", "bonus_1": "9", "code_2": "GEMS"}, 409)
    assert "Somebody saved this game while you edited it" in page
    assert "Version 2 is by <bdi>ours-owner</bdi>" in page
    assert settings_of(fresh(people))["name"] == "Theirs"
    picked = {**read_form(page, "settings-form"), "pick-name": "theirs", "pick-currencies.1": "mine"}
    assert picked["description"] == ["By them"]
    post(people, URL, picked)
    assert settings_of(fresh(people)) == {
        "name": "Theirs",
        "description": "By them",
        "platforms": [],
        "currencies": [
            {"number": 2, "shortCode": "GEMS", "name": "", "signupBonus": 0},
            {"number": 1, "shortCode": "GOLD", "name": "Gold", "signupBonus": 9},
        ],
    }


def test_an_import_is_a_version_too(people: People) -> None:
    mine = form_of(people)
    document = {"format": "flint.game/1", "apiKey": "ours", "currencies": [GOLD]}
    import_game(json.dumps(document), None)
    import_game(json.dumps(document), None)
    assert [each.author for each in versions(people.game, "game.settings", "ours")] == ["console"]
    post(people, URL, {**mine, "name": "Mine"}, 409)
    assert settings_of(fresh(people))["currencies"] == [GOLD]


def test_an_old_version_is_restored_as_a_new_one(people: People) -> None:
    post(people, URL, form_of(people, name="First"))
    post(people, URL, form_of(people, name="Second", code_1="GOLD"))
    page = page_of(people, f"{URL}history/")
    assert "<del><bdi>First</bdi></del> <ins><bdi>Second</bdi></ins>" in page
    assert page.count("Restore</button>") == 1
    page = post(people, f"{URL}history/", {"restore": "1", "version": "2"})
    assert "Restored version 1; it is version 3 now." in page
    assert (settings_of(fresh(people))["name"], settings_of(fresh(people))["currencies"]) == ("First", [])
    assert "somebody saved another version" in post(
        people, f"{URL}history/", {"restore": "2", "version": "2"}
    )
    assert settings_of(fresh(people))["name"] == "First"


def test_a_draft_is_drawn_again_and_not_saved(people: People) -> None:
    page = post(people, URL, form_of(people, name="A draft", redraw="1"), 200)
    assert 'value="A draft"' in page
    assert "data-unsaved" in page
    assert fresh(people).name == "Game ours"


def test_the_danger_zone_is_the_owners(people: People) -> None:
    assert "Danger zone" in page_of(people, role="owner")
    assert "Danger zone" not in page_of(people)
    assert "Messages, unless they expire later</dt><dd>90 days" in page_of(people)


def test_a_deleted_game_is_gone_and_restored_from_the_bin(people: People) -> None:
    page = post(people, f"{URL}delete/", {}, 200, "owner")
    assert "for ten days" in page
    page = post(people, f"{URL}delete/", {"sure": "1", "typed": "ours"}, 422, "owner")
    assert "That is not Game ours." in page
    page = post(people, f"{URL}delete/", {"sure": "1", "typed": "Game ours"}, 302, "owner")
    assert "Game ours is in the recycle bin." in page
    for role in ("owner", "admin"):
        assert people.client(role).get(URL).status_code == 404
    assert "Game ours" in page_of(people, BIN, "owner")
    for role in ("admin", "outsider"):
        assert "Game ours" not in page_of(people, BIN, role)
        assert people.client(role).post(BIN, {"game": "ours"}).status_code == 404
    page = post(people, BIN, {"game": "ours"}, 302, "owner")
    assert "Game ours is back, as it was." in page
    assert people.client("admin").get(URL).status_code == 200
    assert people.client("owner").post(BIN, {"game": "ours"}).status_code == 404
    actions = AuditEntry.objects.filter(game=people.game).values_list("action", "actor_name")[:2]
    assert list(actions) == [("game.restored", "ours-owner"), ("game.deleted", "ours-owner")]


def test_after_ten_days_the_bin_is_empty(people: People) -> None:
    Game.objects.filter(pk=people.game.pk).update(deleted=timezone.now() - timedelta(days=10, minutes=1))
    assert "Game ours" not in page_of(people, BIN, "owner")
    assert people.client("owner").post(BIN, {"game": "ours"}).status_code == 404


def test_a_game_is_given_to_somebody_who_works_on_it(people: People) -> None:
    make_people("theirs")
    for name in ("ours-outsider", "ours-owner", "theirs-owner", ""):
        assert people.client("owner").post(f"{URL}transfer/", {"user": name}).status_code == 404
    given = {"user": "ours-editor"}
    page = post(people, f"{URL}transfer/", given, 200, "owner")
    assert "Give Game ours to ours-editor?" in page
    assert 'name="user" value="ours-editor"' in page
    page = post(people, f"{URL}transfer/", given | {"sure": "1", "typed": "ours"}, 302, "owner")
    assert "ours-editor owns Game ours now." in page
    roles = dict(Collaborator.objects.filter(game=people.game).values_list("user__username", "role"))
    assert (roles["ours-owner"], roles["ours-editor"]) == ("admin", "owner")
    assert people.client("owner").post(f"{URL}delete/").status_code == 403


def test_the_bin_asks_as_often_for_one_game_as_for_many(
    people: People, django_assert_num_queries: Any
) -> None:
    owner, client = people.user("owner"), people.client("owner")
    for count in (1, 5):
        while games_of(owner).count() < count + 1:
            create_game(f"Game {games_of(owner).count()}", owner)
        Game.objects.filter(pk__in=games_of(owner)).update(deleted=timezone.now())
        with django_assert_num_queries(3):
            assert client.get(BIN).status_code == 200
        Game.objects.filter(collaborators__user=owner).update(deleted=None)
    with django_assert_num_queries(7):
        assert client.get(URL).status_code == 200
