"""What the command palette finds by words: pages, messages, players and actions, none that the role lacks."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve, reverse

from games.collaborators import games_of
from games.models import Game, User
from messaging.overview import groups_of
from portal.web import navigation
from portal.web.places import Place
from portal.web.player_names import named_players
from portal.web.player_pages import name_of, page_url
from portal.web.rights import EDIT, MANAGE, READ, SECRETS, Right

MOST = 8  # of each group
MOST_WORDS = 10

# Label, page, on a stage, right.
_MAKING: tuple[tuple[str, str, bool, Right], ...] = (
    ("New extension", "extension-new", False, EDIT),
    ("New segment", "segment-new", False, EDIT),
    ("New segment query", "query-new", False, EDIT),
    ("New credential", "credential-new", False, SECRETS),
    ("Take or publish a snapshot", "snapshots", False, EDIT),
    ("Upload a game document", "snapshot-upload", False, MANAGE),
    ("Why was a message not delivered?", "trace", True, READ),
)
_ACCOUNT = (
    ("Your account", "account"),
    ("Password", "password"),
    ("Two-step sign-in", "second-factor"),
    ("Sessions", "sessions"),
    ("API tokens", "tokens"),
)


@dataclass(frozen=True, slots=True)
class Hit:
    """Leads to `url`, or opens the dialog of that id, or sends the form of that name."""

    label: str
    about: str = ""
    url: str = ""
    opens: str = ""
    sends: str = ""

    def is_called(self, words: list[str]) -> bool:
        text = f"{self.label} {self.about}".casefold()
        return all(word in text for word in words)


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    hits: list[Hit]


def found(user: User, asked: str, place: Place | None = None, here: str = "") -> list[Group]:
    """`here` is the address of the page on which is asked. Players are found by what an index leads to."""
    words = asked.casefold().split()[:MOST_WORDS]
    groups = [Group("Pages", _called(words, _pages(place)))]
    if place is not None and words:
        groups += [
            Group("Messages", _called(words, _messages(place))),
            Group("Players", _players(place, asked)),
        ]
    groups.append(Group("Actions", _called(words, _actions(place, here))))
    if words:
        groups.append(Group("Games", _called(words, _games(user))))
    return [group for group in groups if group.hits]


def _called(words: list[str], hits: Iterable[Hit]) -> list[Hit]:
    return [hit for hit in hits if hit.is_called(words)][: MOST if words else None]


def _pages(place: Place | None) -> Iterable[Hit]:
    if place is not None:
        for group, links in navigation.links(place):
            yield from (Hit(link.label, group, link.url) for link in links)
    yield Hit("All games", "", reverse("portal:games"))
    yield from (Hit(label, "Account", reverse(f"portal:{page}")) for label, page in _ACCOUNT)


def _messages(place: Place) -> Iterable[Hit]:
    for group, rows in groups_of(place.game):
        for row in rows:
            about = f"{group}, {row.name}" if row.named else group
            yield Hit(row.short, about, place.url("message", key=row.key))


def _players(place: Place, asked: str) -> list[Hit]:
    found = named_players(place.found_stage(), asked)[:MOST]
    return [Hit(name_of(each), f"{place.stage}, {each.pk}", page_url(place, each)) for each in found]


def _actions(place: Place | None, here: str) -> Iterable[Hit]:
    if place is not None:
        yield from _other_stage(place, here)
        for label, page, staged, right in _MAKING:
            if place.may(right):
                yield Hit(label, "", place.url(page, place.stage if staged else ""))
    yield Hit("New game", "", reverse("portal:new-game"))
    yield Hit("Keyboard shortcuts", "", opens="shortcuts")
    yield Hit("Sign out", "", sends="sign-out")


def _other_stage(place: Place, here: str) -> Iterable[Hit]:
    """The page on which is asked, where it belongs to a stage."""
    try:
        match = resolve(urlsplit(here).path)
    except (ValueError, Resolver404):  # what a browser sends here is an address; a program may send anything
        return
    if match.kwargs.get("api_key") == place.game.api_key and "stage" in match.kwargs:
        other = "preview" if match.kwargs["stage"] == "live" else "live"
        url = reverse(f"portal:{match.url_name}", kwargs={**match.kwargs, "stage": other})
        yield Hit(f"Switch to {'LIVE' if other == 'live' else 'preview'}", "This page", url)


def _games(user: User) -> Iterable[Hit]:
    games: Iterable[Game] = games_of(user).order_by("name")
    for game in games:
        yield Hit(game.name, game.api_key, navigation.first_page(Place(game, "", None)))
