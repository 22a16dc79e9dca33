"""Everywhere that a secret of a push account could come out. A new surface is one line of SURFACES."""

import io
import json
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.contrib import admin
from django.core.management import call_command
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.test import Client

from games.models import AuditEntry, Game, Snapshot, Stage
from push import admin as push_admin
from push.models import Device, OutboxPush, ProviderAccount, PushAttempt, PushCount, PushReceipt
from realtime import exposition, metric_files
from realtime.logs import JsonFormatter, TextFormatter
from tests.portal.test_ops_isolation import Address, addresses, filled
from tests.portal.web.people import sign_in
from tests.push.canaries import Canaries
from tests.push.secret_story import PROVIDERS, WRONG, Story

assert push_admin  # registers the pages that are read
ROWS: tuple[type[Any], ...] = (AuditEntry, Device, OutboxPush, PushAttempt, PushCount, PushReceipt, Snapshot)
ROWS_A_PAGE = 6


class Surface(NamedTuple):
    """`read` gives its text, which holds `mark` if it is the one that is meant."""

    name: str
    read: Callable[[Story], str]
    mark: str


def printed(story: Story) -> str:
    return "\n".join(story.printed)


def command(*arguments: str) -> Callable[[Story], str]:
    """What it prints; KEY is the game's and MESSAGE the last message's."""

    def read(story: Story) -> str:
        named = {"KEY": story.game.api_key, "MESSAGE": story.message_id}
        before = len(story.printed)
        story.run(*(named.get(each, each) for each in arguments))
        return "\n".join(story.printed[before:])

    return read


def log(story: Story) -> str:
    """The records themselves, and as a production log would have them."""
    formatters = (TextFormatter(), JsonFormatter())
    lines = [formatter.format(record) for record in story.log.records for formatter in formatters]
    return "\n".join([story.log.text, *lines])


def rows(story: Story) -> str:
    return "\n".join(
        json.dumps(row, cls=DjangoJSONEncoder) for model in ROWS for row in model.objects.values()
    )


def stored(story: Story) -> str:
    """What lies in the database, as who copies its file would read it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'account', a.* FROM push_provideraccount a")
        found = cursor.fetchall()
        cursor.execute("SELECT 'waiting', p.* FROM push_pendingcredentials p")
        return repr(found + cursor.fetchall())


def objects(story: Story) -> str:
    """As a traceback or a debugger would name them."""
    accounts = list(ProviderAccount.objects.all())
    return repr([*accounts, *map(str, accounts), *Device.objects.all(), story.game])


def client_of(story: Story, quiet: bool = False) -> Client:
    client = Client(raise_request_exception=not quiet)
    client.force_login(story.world.user)
    return client


def pages(story: Story) -> str:
    """Every address of push's pages and of the game's."""
    client = client_of(story)
    texts = []
    for url in set(_addresses(story)):
        answer = client.get(url)
        texts.append(f"{url} {answer.status_code}\n{answer.content.decode()}")
    return "\n".join(texts)


def _addresses(story: Story) -> Iterator[str]:
    rows_of: dict[type[Any], list[Any]] = {
        model: _spread(list(model.objects.all()))
        for model in admin.site._registry
        if model._meta.app_label == "push" or model in (AuditEntry, Game, Stage, Snapshot)
    }
    story.world.rows = [row for rows in rows_of.values() for row in rows]
    for address in addresses():
        if _is_of_push(address):
            yield from filled(address, story.world)


def _spread(found: list[Any]) -> list[Any]:
    """Some of them from beginning to end; all stand on the list pages and among `rows`."""
    return found[:: max(1, len(found) // ROWS_A_PAGE)]


def _is_of_push(address: Address) -> bool:
    model = address.model
    return model is not None and (
        model._meta.app_label == "push" or model in (AuditEntry, Game, Stage, Snapshot)
    )


def tested(story: Story) -> str:
    """The page of an account's test, of those that work and of those that providers refuse."""
    client = client_of(story)
    found = ProviderAccount.objects.order_by("pk")
    posted = [client.post(f"/ops/push/provideraccount/{each.pk}/test/") for each in found]
    return "\n".join(answer.content.decode() for answer in posted)


def portal_pages(story: Story) -> str:
    """The developers' pages about push, a proof of each account, and forms that are refused."""
    client = Client()
    sign_in(client, story.world.user)
    game = f"/g/{story.game.api_key}/"
    texts = [client.get(f"{game}snapshots/").content.decode()]
    for stage in ("preview", "live"):
        push = f"{game}{stage}/push/"
        urls = [push, f"{push}log/", f"{push}log/codes/", *(f"{push}{each}/" for each in PROVIDERS)]
        texts += [client.get(url).content.decode() for url in urls]
        for provider in PROVIDERS:
            texts.append(client.post(f"{push}{provider}/verify/").content.decode())
            refused = client.post(f"{push}{provider}/", _form(story, provider, WRONG) | {"daily_cap": "0"})
            assert refused.status_code == 422
            texts.append(refused.content.decode())
    return "\n".join(texts)


def refused_forms(story: Story) -> str:
    client = client_of(story)
    texts = []
    for account in ProviderAccount.objects.filter(stage=story.live):
        for url in (f"{account.pk}/change/", "add/"):
            answer = client.post(f"/ops/push/provideraccount/{url}", _form(story, account.provider, WRONG))
            texts.append(answer.content.decode())
    return "\n".join(texts)


def error_pages(story: Story) -> str:
    """Saving an account fails, with and without FLINT_DEBUG."""
    from django.conf import settings
    from django.test import override_settings

    texts = []
    for debug in (False, True):
        with override_settings(DEBUG=debug), _broken():
            for provider in PROVIDERS:
                account = ProviderAccount.objects.get(stage=story.live, provider=provider)
                url = f"/ops/push/provideraccount/{account.pk}/change/"
                answer = client_of(story, quiet=True).post(url, _form(story, provider))
                assert answer.status_code == 500
                texts.append(answer.content.decode())
    assert settings.DEFAULT_EXCEPTION_REPORTER_FILTER
    return "\n".join(texts)


def _broken() -> Any:
    from unittest.mock import patch

    return patch("push.admin.accounts.set_account", side_effect=RuntimeError("the canary's error page"))


def _form(story: Story, provider: str, secret: str = "") -> dict[str, Any]:
    """As an operator fills it in: with the account's own credentials, or all of them `secret`."""
    credentials = story.account(provider)["credentials"]
    names = {
        "p8": "p8",
        "keyId": "key_id",
        "teamId": "team_id",
        "topic": "topic",
        "serviceAccount": "service_account",
        "clientId": "client_id",
        "clientSecret": "client_secret",
        "vapidPrivateKey": "vapid_key",
        "subject": "subject",
    }
    texts = {
        key: json.dumps(value) if isinstance(value, dict) else value for key, value in credentials.items()
    }
    given = {names[key]: value for key, value in texts.items()}
    public = {"key_id", "team_id", "topic", "client_id", "subject"}
    changed = {key: secret if secret and key not in public else value for key, value in given.items()}
    return {"stage": story.live.pk, "provider": provider, **changed}


def exports(story: Story) -> str:
    texts = []
    for more in ([], ["--with-secrets"], ["--stage", "live"]):
        out = io.StringIO()
        call_command("export_game", story.game.api_key, *more, stdout=out)
        texts.append(out.getvalue())
    return "\n".join(texts)


def metrics_page(story: Story) -> str:
    exposition.load_instruments()
    return exposition.render(metric_files.totals(metric_files.own()), "text/plain")[0].decode()


def simulator_control(story: Story) -> str:
    origin = story.simulator.control.origin
    texts = []
    for path in ("/", "/kinds", "/faults", "/delivered", "/requests"):
        with urllib.request.urlopen(origin + path, timeout=10) as answer:
            texts.append(answer.read().decode())
    return "\n".join(texts)


def simulator_log(story: Story) -> str:
    return (story.folder / "delivered.jsonl").read_text()


SURFACES = (
    Surface("what commands printed", printed, "The provider says: "),
    Surface("trace", command("trace", "KEY", "live", "MESSAGE"), "push to ios by apns: Unregistered"),
    Surface("trace --json", command("trace", "KEY", "live", "MESSAGE", "--json"), '"events"'),
    Surface("check", command("check", "--deploy"), "FLINT_PUSH_HOSTS"),
    Surface("publish_game", command("publish_game", "KEY"), "is live."),
    Surface("exports", exports, '"apiKey"'),
    Surface("rows", rows, '"push_account.set"'),
    Surface("stored", stored, "'waiting'"),
    Surface("objects", objects, "Web Push"),
    Surface("pages of push", pages, "Push attempts"),
    Surface("pages of an account's test", tested, "works"),
    Surface("the portal's pages of push", portal_pages, "Push integrations"),
    Surface("refused forms", refused_forms, "is the text of a .p8 file"),
    Surface("error pages", error_pages, "the canary&#x27;s error page"),
    Surface("metrics", metrics_page, 'flint_push_attempts_total{code="sent",provider="apns"}'),
    Surface("the simulator's control", simulator_control, "collapseKey"),
    Surface("the simulator's log", simulator_log, "collapseKey"),
    Surface("the log at DEBUG, all the above included", log, "RuntimeError: the canary's error page"),
)


def leaks(surface: Surface, story: Story) -> list[str]:
    text = surface.read(story)
    canaries: Canaries = story.canaries
    missing = [] if surface.mark in text else [f"{surface.name} holds no {surface.mark!r}"]
    return missing + [f"{surface.name} shows {name}" for name in canaries.found(text)]
