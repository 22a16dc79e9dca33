"""When a credential was last used, and how many sockets it holds: written down once a minute a process.

What signs in is only noted here, in memory. `write_down` stores what came together since, and the sockets
that the process holds now, in four statements.
"""

from collections.abc import Collection, Iterable, Mapping

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from games.models import Credential, CredentialSockets
from protocol.dates import now_ms

EVERY = 60.0  # seconds
COUNTS_MS = 150_000  # for which what a process said of its sockets counts: two of its turns may be missed
Used = tuple[int, str]  # a game's id, and a credential's short code

_used: set[Used] = set()


def note(game_id: int, short_code: str) -> None:
    """Something proved the credential's secret. On the event loop's thread; nothing is stored yet."""
    _used.add((game_id, short_code))


def take_notes() -> set[Used]:
    """What was noted since this was last asked."""
    taken = set(_used)
    _used.clear()
    return taken


def write_down(node: str, used: Collection[Used], sockets: Mapping[Used, int]) -> None:
    """`sockets` are those that the process `node` holds; they use their credentials."""
    now, wanted = now_ms(), {*used, *sockets}
    with transaction.atomic():
        CredentialSockets.objects.filter(Q(node=node) | Q(at_ms__lt=now - COUNTS_MS)).delete()
        if not wanted:
            return
        rows = {(game, code): pk for game, code, pk in _locked(wanted) if (game, code) in wanted}
        Credential.objects.filter(pk__in=rows.values()).update(used_ms=now)
        CredentialSockets.objects.bulk_create(
            CredentialSockets(node=node, game_id=key[0], short_code=key[1], count=sockets[key], at_ms=now)
            for key in rows
            if key in sockets
        )


def with_sockets(rows: "QuerySet[Credential]") -> "QuerySet[Credential]":
    """Each with `held`, its sockets, as all processes last said."""
    fresh = CredentialSockets.objects.filter(at_ms__gte=now_ms() - COUNTS_MS)
    own = fresh.filter(game=OuterRef("game"), short_code=OuterRef("short_code")).order_by()
    total = own.values("short_code").annotate(total=Sum("count")).values("total")
    return rows.annotate(held=Coalesce(Subquery(total), 0))


def _locked(wanted: Iterable[Used]) -> "QuerySet[Credential, tuple[int, str, int]]":
    """In one order, so that no two processes wait for each other. Without their secrets."""
    games, codes = {game for game, _ in wanted}, {code for _, code in wanted}
    rows = Credential.objects.filter(game__in=games, short_code__in=codes).order_by("pk")
    return rows.select_for_update(no_key=True).values_list("game_id", "short_code", "pk")
