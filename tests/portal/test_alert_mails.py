"""Mails about what happened: to whom, what they say, each once, and none lost with its worker."""

import asyncio
import threading
from typing import Any

import pytest
from django.db import connection

from games import alerts
from games.collaborators import remove
from games.models import Alert, AlertMail, Collaborator, Stage, User
from portal import alert_jobs, alert_mails, mails
from portal.alert_mails import GIVEN_UP_MS, KEEP_MS, LEASE_MS, claim_due, drop_old, settle
from protocol.dates import now_ms
from realtime import database
from tests.portal.web.people import People, make_people

pytestmark = pytest.mark.django_db(transaction=True)
Kind = alerts.Kind
TEXT = "APNs: Expires in 10 days, on 2026-12-08: the credentials. Set the account again with new ones."


@pytest.fixture
def people() -> People:
    return make_people("ours")


@pytest.fixture
def stage(people: People) -> Stage:
    """Of a game whose owner alone hears of things."""
    User.objects.exclude(pk=people.user("owner").pk).update(mail_expiry=False, mail_breaker=False)
    User.objects.filter(pk=people.user("owner").pk).update(mail_broadcast=True)
    return people.game.stage("live")


def tell(stage: Stage, kind: Kind = Kind.EXPIRY, about: str = "apns", what: str = "1") -> AlertMail:
    assert alerts.tell(stage, kind, about, what, TEXT)
    return AlertMail.objects.latest("pk")


async def send_all() -> None:
    while await alert_jobs.send_due():
        pass


def due_in(mail: AlertMail) -> int | None:
    """Seconds."""
    mail.refresh_from_db()
    return None if mail.due_ms is None else round((mail.due_ms - now_ms()) / 1000)


def as_later(ms: int) -> None:
    """As if so much time had gone by."""
    AlertMail.objects.filter(due_ms__isnull=False).update(due_ms=now_ms() - 1)
    Alert.objects.update(at_ms=now_ms() - ms)


def test_mail_says_what_happened_what_to_do_where_and_why_one_gets_it(stage: Stage, settings: Any) -> None:
    settings.PUBLIC_URL = "https://flint.example.com/"
    settings.DEFAULT_FROM_EMAIL = "Flint <flint@example.com>"
    tell(stage)
    claimed = claim_due()
    assert claimed is not None
    assert claimed.mail is not None
    assert claimed.mail.to == "ours-owner@example.org"
    assert claimed.mail.subject == "Game ours, live: a push credential expires"
    assert claimed.mail.text == (
        f"{TEXT}\n\n"
        "https://flint.example.com/g/ours/live/push/apns/\n\n"
        "You get this because you work on Game ours. Which mails you get is up to you:\n"
        "https://flint.example.com/account/\n"
    )


def test_mail_of_a_broadcast_leads_to_its_trace(stage: Stage) -> None:
    tell(stage, Kind.BROADCAST, "5fbf0a0f0000000000000001")
    claimed = claim_due()
    assert claimed is not None
    assert claimed.mail is not None
    assert "\n/g/ours/live/trace/?id=5fbf0a0f0000000000000001\n" in claimed.mail.text


def test_line_breaks_of_a_name_do_not_reach_the_subject(stage: Stage, mailoutbox: Any) -> None:
    stage.game.name = "Duel\r\nBcc: eve@example.org"
    stage.game.save()
    tell(stage)
    asyncio.run(send_all())
    assert [mail.subject for mail in mailoutbox] == [
        "Duel Bcc: eve@example.org, live: a push credential expires"
    ]


async def test_each_mail_is_sent_once_however_often_workers_look(stage: Stage, mailoutbox: Any) -> None:
    mail = await database.run(tell, stage)
    await asyncio.gather(*(send_all() for _ in range(3)))
    await send_all()
    assert [each.to for each in mailoutbox] == [["ours-owner@example.org"]]
    await database.run(mail.refresh_from_db)
    assert mail.due_ms is None
    assert mail.sent_ms is not None


def test_workers_at_one_moment_claim_different_mails(stage: Stage) -> None:
    tell(stage, what="1")
    tell(stage, what="2")
    found: list[int] = []
    barrier = threading.Barrier(4)

    def claim() -> None:
        barrier.wait()
        if claimed := claim_due():
            found.append(claimed.id)
        connection.close()

    threads = [threading.Thread(target=claim) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    left = claim_due()  # on PostgreSQL who found the first row held may have found nothing
    found += [left.id] if left else []
    assert len(found) == len(set(found))
    assert claim_due() is None


def test_mail_of_a_worker_that_died_is_sent_by_another_when_its_claim_ends(
    stage: Stage, mailoutbox: Any
) -> None:
    mail = tell(stage)
    dead = claim_due()
    assert dead is not None
    assert claim_due() is None
    assert due_in(mail) in range(LEASE_MS // 1000 - 5, LEASE_MS // 1000 + 1)
    as_later(LEASE_MS)
    asyncio.run(send_all())
    assert len(mailoutbox) == 1
    settle(dead, was_taken=False)  # it was only slow
    assert due_in(mail) is None


def test_repetition_has_the_message_id_of_the_first(stage: Stage, settings: Any, mailoutbox: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Flint <flint@example.com>"
    mail = tell(stage)
    first = claim_due()
    assert first is not None
    assert first.mail is not None
    assert mails.send(first.mail)  # and here its process dies
    AlertMail.objects.update(due_ms=now_ms() - 1)
    asyncio.run(send_all())
    named = [each.message()["Message-ID"] for each in mailoutbox]
    assert named == [f"<alert-{mail.alert.at_ms}-{mail.pk}@example.com>"] * 2


def test_what_the_service_does_not_take_is_tried_again_ever_later_for_a_day(
    stage: Stage, settings: Any
) -> None:
    settings.FLINT_MAIL_SERVICE = {"host": "127.0.0.1", "port": 9, "timeout": 1}
    mail = tell(stage)
    waits = []
    for _ in range(8):
        asyncio.run(send_all())
        waits.append(due_in(mail))
        as_later(GIVEN_UP_MS - 60_000)
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    as_later(GIVEN_UP_MS)
    asyncio.run(send_all())
    assert due_in(mail) is None
    assert (mail.tries, mail.sent_ms) == (9, None)


@pytest.mark.parametrize("change", ["left", "chose otherwise", "has no address", "locked", "game deleted"])
def test_who_is_not_to_hear_of_it_any_more_gets_nothing(
    people: People, stage: Stage, mailoutbox: Any, change: str
) -> None:
    mail, owner = tell(stage), User.objects.filter(pk=people.user("owner").pk)
    if change == "left":
        admin = Collaborator.objects.get(user=people.user("admin"))
        admin.role = Collaborator.Role.OWNER
        admin.save()
        remove(Collaborator.objects.get(user=owner.get()), None)
    elif change == "game deleted":
        people.game.deleted = "2026-11-28T00:00:00Z"  # type: ignore[assignment]
        people.game.save()
    else:
        changed = {"chose otherwise": ("mail_expiry", False), "has no address": ("email", "")}
        owner.update(**dict([changed.get(change, ("is_active", False))]))
    asyncio.run(send_all())
    assert mailoutbox == []
    assert due_in(mail) is None
    assert mail.sent_ms is None


def test_old_ones_are_forgotten(stage: Stage) -> None:
    tell(stage)
    as_later(KEEP_MS - 60_000)
    drop_old()
    assert Alert.objects.count() == 1
    as_later(KEEP_MS)
    assert not drop_old()
    assert (Alert.objects.count(), AlertMail.objects.count()) == (0, 0)


def test_the_worker_has_the_job() -> None:
    from realtime.worker import load_jobs

    assert {"portal.alert_mails", "portal.drop_old_alerts"} <= {job.name for job in load_jobs()}
    assert alert_mails.claim_due() is None
