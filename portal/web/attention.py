"""What of a game needs somebody, and what is left to do before it first goes live."""

from collections import Counter
from dataclasses import dataclass

from cloudcode.models import ScriptRun
from games.admin_access import RANK
from games.models import Collaborator, Game, Snapshot, Stage
from messaging.compiling import compile_message
from messaging.message_types import is_extension
from messaging.overview import Row, groups_of
from messaging.settings_shape import DEFAULTS
from messaging.text_warnings import text_warnings
from portal.web.message_table import live_versions
from portal.web.places import Place
from portal.web.push_cards import stored_accounts
from portal.web.reason_looks import Look
from portal.web.unpublished import unpublished
from protocol.dates import now_ms
from push.expiry import warning_of
from push.models import ProviderAccount
from push.providers import Provider

DAY_MS = 24 * 3600 * 1000
RUNS = 500  # of the newest are looked at
FAILED = Look("failed", "✖", "Failing")
WARNING = Look("waiting", "△", "Look")
STATE = ProviderAccount.State
TROUBLES = {
    STATE.WRONG: "the provider refuses the account: its pushes are failed",
    STATE.FAILING: "the provider does not answer: pushes wait, and one at a time tries whether it is back",
}


@dataclass(frozen=True, slots=True)
class Item:
    """`url` is where it can be put right, "" where no page does."""

    look: Look
    text: str
    url: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    text: str
    done: bool
    url: str


def attention_of(place: Place, stage: Stage) -> list[Item]:
    """Five statements, whatever is found; more after the configuration has changed."""
    rows = [row for _, rows in groups_of(place.game) for row in rows]
    return [
        *_of_accounts(place, list(stored_accounts(stage).values())),
        *_of_scripts(stage),
        *_of_texts(place, rows),
        *_of_publishing(place),
    ]


def going_live(place: Place) -> list[Step]:
    """What is to be done before the first publish; nothing afterwards."""
    game = place.game
    if live_versions(game) is not None:
        return []
    rows = [row for _, rows in groups_of(game) for row in rows if row.version]
    messages, live = place.url("messages"), place.url("push", "live")
    expiries = any(row.expires != DEFAULTS["expireAfterHours"] for row in rows)
    texts = any(row.settings["template"] != DEFAULTS["template"] for row in rows)
    return [
        Step("Push credentials of LIVE are verified", _any_verified(game), live),
        Step("Some message has texts of your own", texts, messages),
        Step("Some message's expiry was reviewed", expiries, messages),
        Step("A snapshot is taken", Snapshot.objects.filter(game=game).exists(), place.url("snapshots")),
        Step("Two people may administer the game", _administrators(game) >= 2, place.url("people")),
    ]


def _of_accounts(place: Place, accounts: list[ProviderAccount]) -> list[Item]:
    found = []
    for account in accounts:
        name = Provider(account.provider).label
        url = place.url("push-account", place.stage, provider=account.provider)
        if trouble := TROUBLES.get(STATE(account.state)):
            found.append(Item(FAILED, f"{name}: {trouble}.", url, f"Open {name}"))
        if warning := warning_of(account):
            found.append(Item(WARNING, f"{name}: {warning}", url, f"Renew {name}"))
    return found


def _of_scripts(stage: Stage) -> list[Item]:
    """Of the last day, among the newest runs that are kept."""
    runs = ScriptRun.objects.filter(stage=stage).order_by("-id").values_list("script", "outcome", "at_ms")
    bad, since = (ScriptRun.Outcome.ERROR, ScriptRun.Outcome.TIMEOUT), now_ms() - DAY_MS
    failed = Counter(script for script, outcome, at_ms in runs[:RUNS] if outcome in bad and at_ms >= since)
    if not failed:
        return []
    named = ", ".join(f"{script} ({number})" for script, number in failed.most_common(3))
    more = " and others" if len(failed) > 3 else ""
    return [Item(FAILED, f"Scripts failed within a day: {named}{more}.")]


def _of_texts(place: Place, rows: list[Row]) -> list[Item]:
    """Of what somebody has written: the standard texts are sound."""
    doubtful = [
        row.key for row in rows if row.version and text_warnings(compile_message(row.key, row.settings))
    ]
    found = []
    for page, keys in (
        ("messages", [key for key in doubtful if not is_extension(key)]),
        ("extensions", [key for key in doubtful if is_extension(key)]),
    ):
        if keys:
            what = f"{len(keys)} message{'s' if len(keys) > 1 else ''} with warnings: {_listed(keys)}."
            found.append(Item(WARNING, what, f"{place.url(page)}?only=warnings", "Show"))
    return found


def _of_publishing(place: Place) -> list[Item]:
    changed = unpublished(place.game)
    if not changed:
        return []
    return [Item(WARNING, f"Not on LIVE yet: {changed}.", place.url("snapshot-diff"), "What differs")]


def _listed(keys: list[str]) -> str:
    return f"{', '.join(keys[:3])}{' and others' if len(keys) > 3 else ''}"


def _any_verified(game: Game) -> bool:
    accounts = ProviderAccount.objects.filter(stage__game=game, stage__name="live", state=STATE.WORKING)
    return accounts.exists()


def _administrators(game: Game) -> int:
    lowest = RANK[Collaborator.Role.ADMIN]
    roles = Collaborator.objects.filter(game=game).values_list("role", flat=True)
    return sum(RANK[role] >= lowest for role in roles)
