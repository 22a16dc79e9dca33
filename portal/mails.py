"""Mails to developers, by the mail service of FLINT_MAIL_URL. Without one they appear on the console.

They hold links that let somebody in, so nothing of them is logged.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from email.utils import parseaddr
from smtplib import SMTPException
from threading import Lock

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from protocol.limiter import Limiter
from realtime import lifecycle

logger = logging.getLogger("flint.mails")

MOST = 100  # that wait to be sent; further ones are dropped

mails = Limiter("mails")
_threads: list[ThreadPoolExecutor] = []
_waiting: set[Future[None]] = set()
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Mail:
    """`name` is the same for each try to send it, so that a reader may know a repetition; "" for any."""

    to: str
    subject: str
    text: str
    name: str = ""


def is_sent() -> bool:
    """Whether mails leave this machine."""
    return bool(settings.FLINT_MAIL_SERVICE)


def send(mail: Mail) -> bool:
    """Whether the mail service took it."""
    headers = {"Message-ID": f"<{mail.name}@{_domain()}>"} if mail.name else {}
    message = EmailMessage(mail.subject, mail.text, to=[mail.to], headers=headers, connection=_service())
    try:
        message.send()
    except (SMTPException, OSError, ValueError) as fault:  # ValueError: a line break in a header
        logger.warning("a mail could not be sent: %s", type(fault).__name__)
        return False
    return True


def hand_over(given: Sequence[Mail]) -> None:
    """Send them later, so that the answer takes as long whether there are any or not."""
    with _lock:
        if len(_waiting) >= MOST:
            logger.warning("mails are dropped: %d wait already", MOST)
            return
        if not _threads:
            _threads.append(ThreadPoolExecutor(1, thread_name_prefix="flint-portal-mail"))
        future = _threads[0].submit(_send_all, given)
        _waiting.add(future)
    future.add_done_callback(_done)


def wait_until_sent() -> None:
    with _lock:
        waiting = set(_waiting)
    wait(waiting)


def _service() -> BaseEmailBackend:
    if settings.FLINT_MAIL_SERVICE:
        return EmailBackend(**settings.FLINT_MAIL_SERVICE)
    console: BaseEmailBackend = get_connection()
    return console


def _domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def _send_all(given: Sequence[Mail]) -> None:
    for mail in given:
        send(mail)


def _done(future: Future[None]) -> None:
    with _lock:
        _waiting.discard(future)


@lifecycle.on_stop
async def stop() -> None:
    while _threads:
        _threads.pop().shutdown(wait=False, cancel_futures=True)
