"""Every custom signal of the server, with its arguments and what a receiver may rely on.

`platform_event`: something happened that players are told of.
    Arguments: `sender` (the sending module or its name), `run` (protocol.run.Run), `event` (PlatformEvent).
    Sent inside the sender's transaction, before its commit. Received by messaging alone, which renders and
    stores the messages in the same transaction and puts them on the run's delivery list on commit.
`player_connected`, `player_disconnected`: a socket logged in, or its player left it.
    Arguments: `sender`, `session` (protocol.session.Session), `player_id`. Sent on the event loop's thread,
    after the fact; a receiver must not block.
`game_published`: a snapshot became the live configuration.
    Arguments: `sender`, `stage` (games.models.Stage), `snapshot`. Sent after the commit.
"""

from django.dispatch import Signal

platform_event = Signal()
player_connected = Signal()
player_disconnected = Signal()
game_published = Signal()
