"""Where a tour stops: every page of the portal by its name, in a game that is full and in a new one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

DEMO = "K370851a5ql7"
NEW = "newgame00001"  # nothing happened in it
MESSAGE = "ChallengeIssuedMessage"
NEWCOMERS_NAME, CAREFULS_NAME, PASSWORD = "newcomer", "careful", "walking through the pages"
# Parts of other pages, and files: a browser shows none of these for itself.
PARTS = {
    "audit-csv",
    "connect-seen",
    "message-follow",
    "message-newest",
    "message-past",
    "message-texts-csv",
    "palette",
    "palette-of-game",
    "player-search",
    "overview-charts",
    "overview-tiles",
    "players-csv",
    "push-csv",
    "push-tail",
    "snapshot-download",
    "snapshot-working",
}
GUEST, HALF, NEWCOMER, DEVELOPER = "guest", "half", "newcomer", "developer"
_GAME, _STAGE = "/g/{game}/", "/g/{game}/preview/"
_MESSAGE, _PLAYER = f"{_GAME}messages/{MESSAGE}/", f"{_STAGE}players/{{player}}/"
# A page that is neither here nor above fails. A new game has those whose address names no more than the game.
ADDRESSES: dict[str, tuple[str, ...]] = {
    "sign-in": ("/login/",),
    "second-step": ("/login/2fa/",),
    "reset": ("/login/reset/",),
    "reset-choose": ("/login/reset/{reset_user}/{reset_link}/",),
    "invite": ("/invite/{invitation}/", "/invite/used-up/"),
    "account": ("/account/",),
    "password": ("/account/password/",),
    "email": ("/account/email/",),
    "email-confirm": ("/account/email/{email_link}/",),
    "second-factor": ("/account/second-step/",),
    "sessions": ("/account/sessions/",),
    "tokens": ("/account/tokens/",),
    "games": ("/",),
    "recycle-bin": ("/recycle-bin/",),
    "new-game": ("/new/",),
    "new-game-platforms": ("/new/platforms/",),
    "new-game-push": ("/new/push/",),
    "overview": (_STAGE, f"{_STAGE}?range=24h&compare=1"),
    "messages": (f"{_GAME}messages/",),
    "extensions": (f"{_GAME}messages/extensions/",),
    "extension-new": (f"{_GAME}messages/extensions/new/",),
    "message": (_MESSAGE,),
    "message-texts": (f"{_MESSAGE}texts/",),
    "message-history": (f"{_MESSAGE}history/",),
    "message-uses": (f"{_MESSAGE}uses/",),
    "extension": (f"{_GAME}messages/ScriptMessage_DAILY_GIFT/extension/",),
    "harness": (f"{_STAGE}harness/",),
    "players": (f"{_STAGE}players/", "/g/{game}/live/players/"),
    "player": (_PLAYER,),
    "player-inbox": (f"{_PLAYER}inbox/",),
    "player-devices": (f"{_PLAYER}devices/",),
    "player-sessions": (f"{_PLAYER}sessions/",),
    "player-segments": (f"{_PLAYER}segments/",),
    "player-send": (f"{_PLAYER}send/",),
    "segments": (f"{_GAME}segments/",),
    "segment-new": (f"{_GAME}segments/new/",),
    "segment": (f"{_GAME}segments/edit/COUNTRY/",),
    "queries": (f"{_GAME}segments/queries/",),
    "query-new": (f"{_GAME}segments/queries/new/",),
    "query": (f"{_GAME}segments/queries/edit/FRENCH/",),
    "query-history": (f"{_GAME}segments/queries/edit/FRENCH/history/",),
    "connect": (f"{_GAME}connect/",),
    "trace": (f"{_STAGE}trace/", f"{_STAGE}trace/?id={{copy}}"),
    "people": (f"{_GAME}people/",),
    "audit": (f"{_GAME}audit/",),
    "push": (f"{_STAGE}push/",),
    "push-log": (f"{_STAGE}push/log/",),
    "push-codes": (f"{_STAGE}push/log/codes/",),
    "push-account": (f"{_STAGE}push/apns/", f"{_STAGE}push/web/"),
    "snapshots": (f"{_GAME}snapshots/",),
    "snapshot-diff": (f"{_GAME}snapshots/diff/",),
    "snapshot-upload": (f"{_GAME}snapshots/upload/",),
    "snapshot": (f"{_GAME}snapshots/{{snapshot}}/",),
    "snapshot-publish": (f"{_GAME}snapshots/{{snapshot}}/publish/",),
    "snapshot-revert": (f"{_GAME}snapshots/{{snapshot}}/revert/",),
    "unpublish": (f"{_GAME}snapshots/unpublish/",),
    "settings": (f"{_GAME}settings/",),
    "settings-history": (f"{_GAME}settings/history/",),
    "credentials": (f"{_GAME}credentials/",),
    "credential-new": (f"{_GAME}credentials/new/",),
    "credential": (f"{_GAME}credentials/of/device/",),
}
# Of what the new game has none, though its address names no more than the game.
_OF_THE_DEMO = {"extension", "segment", "query", "query-history"}
_WHO = {"sign-in": GUEST, "reset": GUEST, "reset-choose": GUEST, "invite": GUEST, "second-step": HALF}


@dataclass(frozen=True, slots=True)
class Stop:
    """`name` is the page's, with a number where it is shown at several addresses; `who` looks at it, and
    is answered that `status`."""

    name: str
    path: str
    state: str = "filled"
    who: str = DEVELOPER
    status: int = 200

    @property
    def page(self) -> str:
        name, _, number = self.name.rpartition("-")
        return name if number.isdigit() else self.name

    @property
    def walked(self) -> bool:
        """Whether a session has to have come there."""
        return self.page in ("new-game-platforms", "new-game-push")


# What filling prints, and addresses name.
NAMED = ("player", "copy", "email_link", "reset_user", "reset_link", "invitation", "snapshot")


def stops(names: Mapping[str, str]) -> Iterator[Stop]:
    """`names` is what tests.portal.tour.filling printed."""
    for page, addresses in ADDRESSES.items():
        for number, address in enumerate(addresses, 1):
            name = page if number == 1 else f"{page}-{number}"
            who = _WHO.get(page, DEVELOPER)
            status = 404 if name == "invite-2" else 200
            yield Stop(name, address.format(game=DEMO, **names), who=who, status=status)
            in_new_game = address.replace("{game}", NEW)
            if "{game}" in address and "{" not in in_new_game and page not in _OF_THE_DEMO:
                yield Stop(name, in_new_game, "empty")
    yield Stop("games", "/", "empty", NEWCOMER)
    trace = f"/g/{DEMO}/preview/trace/"
    yield Stop("nothing-there", "/nowhere/", "error", status=404)
    yield Stop("trace", f"{trace}?id=5f0000000000000000000001", "error", status=404)
    yield Stop("trace-unasked", f"{trace}?player=pascal", "error", status=422)
