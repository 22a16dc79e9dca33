"""Mails that scripts send: what SendGrid did for them."""

from typing import TYPE_CHECKING

import msgspec

from cloudcode import mail
from cloudcode.operations.registry import Arguments, operation
from cloudcode.operations.sound import sound
from cloudcode.sandbox.running import Refused

if TYPE_CHECKING:
    from cloudcode.host import ScriptHost

MOST_RECIPIENTS = 50
SENT = '{"message":"success"}'


class Mail(msgspec.Struct, rename="camel", frozen=True):
    """`to` and `from` are addresses with names."""

    to: list[tuple[str, str]]
    sender: tuple[str, str] | None = msgspec.field(name="from")
    subject: str
    text: str | None
    html: str | None
    reply_to: str | None
    bcc: list[str]
    headers: dict[str, str]


class Send(Arguments, frozen=True):
    mail: Mail


@operation("mail.send", Send)
async def send(host: "ScriptHost", asked: Send) -> str:
    """What SendGrid answered. Whom the script names as sender gets the answers."""
    given, budget = asked.mail, host.caller.budget
    sound({"mail": msgspec.to_builtins(given)})
    if not 0 < len(given.to) + len(given.bcc) <= MOST_RECIPIENTS:
        raise Refused(f"a mail has 1 to {MOST_RECIPIENTS} recipients")
    if other := [name for name in given.headers if not name.lower().startswith("x-")]:
        raise Refused(f"the header {other[0][:100]} cannot be set, only ones that begin with X-")
    budget.take_mail()
    address, name = given.sender or ("", "")
    await mail.send(
        host.caller.config.game_id,
        mail.Mail(
            to=given.to,
            bcc=given.bcc,
            sender_name=name,
            reply_to=given.reply_to or address,
            subject=given.subject,
            text=given.text or "",
            html=given.html,
            headers=given.headers,
        ),
        budget.left,
    )
    return SENT
