"""A Unix socket in FLINT_VAR that shows the connections of a player: one line asked, one line answered."""

import asyncio
import json
import os
from pathlib import Path

from realtime.registry import registry

WINDOW = "window"
_open: list[asyncio.Server] = []


async def open_window() -> None:
    path = Path(os.environ["FLINT_VAR"]) / WINDOW
    path.unlink(missing_ok=True)
    _open.append(await asyncio.start_unix_server(_answer, path))


async def close_window() -> None:
    _open.pop().close()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A player's id; its connections as `{"state", "buffered", "left", "silent"}`."""
    player_id = (await reader.readline()).decode().strip()
    shown = [
        {
            "state": connection.state.value,
            "buffered": connection.transport.buffered,
            "left": len(connection.left or ()),
            "silent": connection.silent,
        }
        for connection in registry.of(player_id)
    ]
    writer.write(json.dumps(shown).encode() + b"\n")
    writer.close()
