"""Mails of scripts, by the operator's mail service (FLINT_MAIL_URL)."""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from smtplib import SMTPException

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.core.validators import validate_email

from cloudcode.sandbox.running import Refused
from protocol.limiter import Limiter, Rate
from realtime import lifecycle

OF_GAME = Rate(1, 100)  # mails of one game
THREADS = 2  # a slow mail service holds up mails alone

_of_game = Limiter("script_mails")
_threads: list[ThreadPoolExecutor] = []


@dataclass(frozen=True, slots=True)
class Mail:
    """Addresses with the name beside them, which may be empty. The operator's own address is the sender's;
    answers go to `reply_to`."""

    to: Sequence[tuple[str, str]]
    bcc: Sequence[str]
    sender_name: str
    reply_to: str
    subject: str
    text: str
    html: str | None
    headers: Mapping[str, str]


async def send(game_id: int, mail: Mail, within: float) -> None:
    """Hand it to the mail service. `within` in seconds. Raises Refused."""
    if not settings.FLINT_MAIL_SERVICE:
        raise Refused("this server sends no mail: the operator may set FLINT_MAIL_URL")
    for address in [*(address for address, _ in mail.to), *mail.bcc, *filter(None, [mail.reply_to])]:
        _check(address)
    if not _of_game.take(str(game_id), OF_GAME):
        raise Refused("the game sends too many mails")
    if not _threads:
        _threads.append(ThreadPoolExecutor(THREADS, thread_name_prefix="flint-mail"))
    try:
        async with asyncio.timeout(within):
            await asyncio.get_running_loop().run_in_executor(_threads[0], _send, mail)
    except TimeoutError:
        raise Refused("the mail service did not answer in time") from None
    except (SMTPException, OSError, ValueError) as fault:  # ValueError: a line break in a header
        raise Refused(f"the mail could not be sent: {type(fault).__name__}") from None


def _check(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError:
        raise Refused(f"{address[:100]} is no mail address") from None


def _send(mail: Mail) -> None:
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=formataddr((mail.sender_name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[formataddr((name, address)) for address, name in mail.to],
        bcc=list(mail.bcc),
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers=dict(mail.headers),
        connection=EmailBackend(**settings.FLINT_MAIL_SERVICE),
    )
    if mail.html is not None:
        message.attach_alternative(mail.html, "text/html")
    message.message()  # raises BadHeaderError before anybody is spoken to
    message.send()


@lifecycle.on_stop
async def stop() -> None:
    while _threads:
        _threads.pop().shutdown(wait=False, cancel_futures=True)
