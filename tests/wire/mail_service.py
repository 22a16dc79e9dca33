"""A small SMTP server of a test's own, which takes whatever it is given."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

Mails = list[tuple[list[str], EmailMessage]]  # recipients, and the message


@asynccontextmanager
async def mail_service() -> AsyncIterator[tuple[int, Mails]]:
    """Port of an SMTP server, and what it was given: recipients, and the message."""
    taken: Mails = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        recipients: list[str] = []
        writer.write(b"220 here\r\n")
        while line := (await reader.readline()).decode().strip():
            verb = line[:4].upper()
            if verb == "RCPT":
                recipients.append(line.partition("<")[2].partition(">")[0])
            if verb == "DATA":
                writer.write(b"354 go on\r\n")
                body = await reader.readuntil(b"\r\n.\r\n")
                taken.append((recipients, message_from_bytes(body[:-5], policy=default)))
            writer.write(b"221 bye\r\n" if verb == "QUIT" else b"250 ok\r\n")
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        yield listening.sockets[0].getsockname()[1], taken
