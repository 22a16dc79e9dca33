"""Staff of one game see nothing of another: every address of the admin, asked with the other game's ids."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.db.models import ForeignKey, Model
from django.test import Client
from django.urls import URLPattern, URLResolver

from games.models import Collaborator, User
from games.scoped_admin import GameScopedAdmin
from players.models import Player
from tests.portal.ops_world import World, make_world, secrets_of

pytestmark = pytest.mark.sqlite  # the same question to either database
OURS, THEIRS = "aurelia", "borealis"
ROOT = "/ops/"
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
VIEW_ON_SITE = "r/<path:content_type_id>/<path:object_id>/"
NOT_OURS = ("logout", "jsi18n")  # ends the session; texts of Django's own


@pytest.fixture
def ours(db: None) -> World:
    return make_world(OURS)


@pytest.fixture
def theirs(db: None) -> World:
    return make_world(THEIRS)


class Address(NamedTuple):
    route: str
    model: type[Model] | None
    """The model whose pages it belongs to."""


def addresses() -> list[Address]:
    """Every address below /ops/, from the site itself."""
    prefixes = {f"{model._meta.app_label}/{model._meta.model_name}/": model for model in admin.site._registry}

    def walk(patterns: Any, before: str, model: type[Model] | None) -> Iterator[Address]:
        for each in patterns:
            route = before + str(each.pattern)
            if isinstance(each, URLResolver):
                yield from walk(each.url_patterns, route, prefixes.get(route, model))
            elif isinstance(each, URLPattern):
                yield Address(route, model)

    return list(walk(admin.site.get_urls(), "", None))


def filled(address: Address, world: World) -> Iterator[str]:
    """The address with the world's ids; one that needs something unheard of fails the test."""
    if address.route == VIEW_ON_SITE:
        yield from views_on_site(world)
        return
    route = address.route.replace("^(?P<app_label>auth|games|messaging|players|push)/$", "<app_label>/")
    if route.startswith("(?P<url>") or "(?P<app_label>" in route:
        route = "<app_label>/" if "app_label" in route else "no/such/page"
    values: dict[str, list[Any]] = {
        "object_id": world.pks(address.model) if address.model else [row.pk for row in world.rows],
        "id": world.pks(User),
        "game_id": [world.game.pk],
        "key": ["FriendMessage", f"ScriptMessage_GIFT_{world.name.upper()}"],
        "section": ["properties", "events"],
        "code": [world.name],
        "app_label": ["games", "players", "push", "messaging", "competition", "cloudcode"],
        "url": ["no/such/page"],
    }
    found = [route]
    for name in _PARAMETER.findall(route):
        found = [
            re.sub(rf"<(?:\w+:)?{name}>", str(value), each, count=1)
            for each in found
            for value in values[name]
        ]
    for each in found:
        yield ROOT + each


def views_on_site(world: World) -> Iterator[str]:
    """Every row under its own content type, and one under none that there is."""
    for row in world.rows:
        yield f"{ROOT}r/{ContentType.objects.get_for_model(row).pk}/{row.pk}/"
    yield f"{ROOT}r/0/{world.game.pk}/"


def fingerprint(world: World) -> str:
    """Every row of the game as it is stored now."""
    rows: list[Model] = []
    for model in admin.site._registry:
        path = getattr(admin.site.get_model_admin(model), "game_path", None)
        if path is not None and model is not User:
            rows += model._default_manager.filter(**{path or "pk": world.game.pk}).order_by("pk")
    return serializers.serialize("json", rows)


def client_of(user: User) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(user)
    return client


def text_of(response: Any) -> str:
    location: str = response.headers.get("Location", "")
    return response.content.decode() + location


def all_addresses(world: World) -> list[str]:
    known = [each for each in addresses() if not each.route.startswith(NOT_OURS)]
    return [url for each in known for url in filled(each, world)]


def forms_of(world: World) -> Iterator[dict[str, Any]]:
    """What a form might send to reach the other game."""
    preview = world.stage
    player = world.pks(Player)[0]
    common = {"game": world.game.pk, "stage": preview.pk, "name": "taken over", "description": "taken over"}
    yield common | {
        "short_code": "TAKEN",
        "key": "TAKEN",
        "provider": "fcm",
        "sandbox": "on",
        "user_name": f"{OURS}-staff",
        "role": "owner",
        "query": '{"segment": "X", "is": "Y"}',
        "values": "A a",
        "player": player,
        "rest_policy": "allowed",
        "post": "yes",
        "expire_after_hours": "1",
        "variants-TOTAL_FORMS": "0",
        "variants-INITIAL_FORMS": "0",
        "stages-TOTAL_FORMS": "0",
        "stages-INITIAL_FORMS": "0",
    }


def test_isolation_knows_every_model() -> None:
    admins = dict(admin.site._registry)
    assert [str(model) for model, each in admins.items() if not isinstance(each, GameScopedAdmin)] == []
    # A page that names no fields would show every column, secrets too.
    unnamed = [
        model.__name__
        for model, each in admins.items()
        if not (each.fields or each.fieldsets or "get_fieldsets" in vars(type(each)))
    ]
    assert unnamed == []


def test_isolation_world_has_a_row_of_every_model(theirs: World) -> None:
    assert {model.__name__ for model in admin.site._registry} - {
        type(row).__name__ for row in theirs.rows
    } == set()


def test_pages_of_a_foreign_game_show_nothing_of_it(ours: World, theirs: World) -> None:
    client = client_of(ours.user)
    shown, secrets = [], secrets_of(theirs.game)
    for url in all_addresses(theirs):
        page = text_of(client.get(url))
        shown += [(url, canary) for canary in theirs.canaries if canary in page and canary not in url]
        assert [secret for secret in secrets if secret in page] == [], url
    assert shown == []


def test_forms_change_nothing_of_a_foreign_game(ours: World, theirs: World) -> None:
    client = client_of(ours.user)
    before = fingerprint(theirs)
    for url in all_addresses(theirs):
        for form in forms_of(theirs):
            page = text_of(client.post(url, form))
            assert [canary for canary in theirs.canaries if canary in page and canary not in url] == [], url
    assert fingerprint(theirs) == before


@pytest.mark.parametrize("package", sorted({model._meta.app_label for model in admin.site._registry}))
def test_lists_search_and_filter_within_own_games(ours: World, theirs: World, package: str) -> None:
    client = client_of(ours.user)
    for model in admin.site._registry:
        if model._meta.app_label != package:
            continue
        base = f"{ROOT}{model._meta.app_label}/{model._meta.model_name}/"
        questions = [{"q": THEIRS}, {"q": THEIRS, "_popup": "1"}, {"p": "2"}, {"o": "-1"}]
        questions += [{"game": theirs.game.pk}, {"stage": theirs.stage.pk}]
        questions += [{name: pk} for name in ("player", "player_id", "message") for pk in _hex_ids(theirs)]
        questions += [{"game__api_key__startswith": "key"}, {"secret__contains": "a"}, {"password__gt": "a"}]
        for question in questions:
            page = text_of(client.get(base, question))
            asked = " ".join(str(value) for value in question.values())
            assert [each for each in theirs.canaries if each in page and each not in asked] == [], (
                base,
                question,
            )


def test_lists_refuse_filters_over_columns_that_they_do_not_name(ours: World) -> None:
    client = client_of(ours.user)
    for base, question in (
        ("players/player", "password__startswith=argon2"),
        ("games/credential", "secret__gte=a"),
        ("push/provideraccount", "credentials__gte=a"),
        ("games/snapshot", "author__password__gte=a"),
    ):
        assert client.get(f"{ROOT}{base}/?{question}").status_code == 400, base


def test_autocompletes_offer_nothing_foreign(ours: World, theirs: World) -> None:
    client = client_of(ours.user)
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if not isinstance(field, ForeignKey):
                continue
            for term in ("", THEIRS, "a", *_hex_ids(theirs)[:1]):
                question = {
                    "app_label": model._meta.app_label,
                    "model_name": model._meta.model_name,
                    "field_name": field.name,
                    "term": term,
                }
                page = text_of(client.get(f"{ROOT}autocomplete/", question))
                assert [each for each in theirs.canaries if each in page and each != term] == [], question


def test_bulk_actions_leave_foreign_rows_alone(ours: World, theirs: World) -> None:
    client = client_of(ours.user)
    before = fingerprint(theirs)
    for model, each in admin.site._registry.items():
        base = f"{ROOT}{model._meta.app_label}/{model._meta.model_name}/"
        for action in (*each.actions, "delete_selected"):
            for across in ("0", "1"):
                form = {"action": action, "_selected_action": theirs.pks(model), "select_across": across}
                page = text_of(client.post(base, form))
                assert [canary for canary in theirs.canaries if canary in page] == [], (base, action)
    assert fingerprint(theirs) == before


def test_the_same_walk_shows_a_superuser_what_staff_do_not_see(theirs: World) -> None:
    client = client_of(User.objects.create_superuser("root"))
    seen, secrets = set(), secrets_of(theirs.game)
    for url in all_addresses(theirs):
        page = text_of(client.get(url))
        seen |= {canary for canary in theirs.canaries if canary in page and canary not in url}
        assert [secret for secret in secrets if secret in page] == [], url
    assert seen >= {THEIRS, THEIRS.upper(), theirs.game.api_key}


def test_staff_see_their_own_game(ours: World) -> None:
    client = client_of(ours.user)
    missing = []
    for model in admin.site._registry:
        if model is User:
            continue
        base = f"{ROOT}{model._meta.app_label}/{model._meta.model_name}/"
        if OURS not in text_of(client.get(base)).lower().replace(f"{OURS}-staff", "", 5):
            missing.append(base)
        for pk in ours.pks(model):
            assert client.get(f"{base}{pk}/change/").status_code in (200, 302), (base, pk)
    assert missing == []


@pytest.mark.parametrize("role", [Collaborator.Role.VIEWER, Collaborator.Role.EDITOR])
def test_lower_roles_change_no_credentials_nor_collaborators_nor_publish(
    role: Collaborator.Role, db: None
) -> None:
    world = make_world(OURS, role)
    client = client_of(world.user)
    guarded = ("games.Credential", "games.Collaborator", "push.ProviderAccount", "games.Stage", "games.Game")
    for name in guarded:
        model = apps.get_model(name)
        base = f"{ROOT}{model._meta.app_label}/{model._meta.model_name}/"
        if name != "games.Game":  # everybody may add a game of their own
            assert client.get(f"{base}add/").status_code == 403, name
        for pk in world.pks(model):
            assert client.post(f"{base}{pk}/change/", {}).status_code == 403, name
            assert client.post(f"{base}{pk}/delete/", {"post": "yes"}).status_code == 403, name
            page = text_of(client.get(f"{base}{pk}/change/"))
            assert [secret for secret in secrets_of(world.game) if secret in page] == [], name
    assert client.post(f"{ROOT}games/game/{world.game.pk}/publish/").status_code == 403


def test_viewers_change_nothing(db: None) -> None:
    world = make_world(OURS, Collaborator.Role.VIEWER)
    client = client_of(world.user)
    before = fingerprint(world)
    for url in all_addresses(world):
        if url != f"{ROOT}games/game/add/":
            for form in forms_of(world):
                client.post(url, form)
    assert fingerprint(world) == before


def test_the_audit_is_read_only_for_everybody(ours: World) -> None:
    client = client_of(User.objects.create_superuser("root"))
    entry = ours.game.audit_entries.first()
    assert entry is not None
    base = f"{ROOT}games/auditentry/"
    statuses = [
        client.get(f"{base}add/").status_code,
        client.post(f"{base}{entry.pk}/change/", {"action": "none"}).status_code,
        client.post(f"{base}{entry.pk}/delete/", {"post": "yes"}).status_code,
    ]
    assert statuses == [403, 403, 403]


def test_nobody_is_let_in_without_the_staff_flag(ours: World) -> None:
    ours.user.is_staff = False
    ours.user.save()
    client = client_of(ours.user)
    for url in all_addresses(ours):
        response = client.get(url)
        assert response.status_code in (200, 302, 404), url
        assert [
            canary for canary in ours.canaries if canary in text_of(response) and canary not in url
        ] == [], url


def _hex_ids(world: World) -> list[str]:
    return [row.pk for row in world.rows if isinstance(row.pk, str)]
