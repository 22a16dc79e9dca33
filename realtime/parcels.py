"""What nodes send each other: MessagePack, the kind of parcel first."""

import msgspec

from realtime.router import Frame


class Deliver(msgspec.Struct, array_like=True, tag=1):
    """To the connections of these frames' players."""

    frames: list[Frame]


class Copies(msgspec.Struct, array_like=True, tag=2):
    """To the listeners of these frames' stages. `elsewhere`: players who have a socket on some node."""

    frames: list[Frame]
    elsewhere: list[str]


class Terminate(msgspec.Struct, array_like=True, tag=3):
    """Log the player out. `origin` is the node that did so for its own sockets already."""

    player_id: str
    origin: str


class Beat(msgspec.Struct, array_like=True, tag=4):
    """A node's sign to itself that it hears its channel."""


class ListenersChanged(msgspec.Struct, array_like=True, tag=5):
    """Somebody began or ceased to listen to a stage."""


Parcel = Deliver | Copies | Terminate | Beat | ListenersChanged

encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(Parcel)


def decode(data: bytes) -> Parcel:
    """Raises msgspec.MsgspecError: another version's, or nobody's."""
    parcel: Parcel = _decoder.decode(data)
    return parcel
