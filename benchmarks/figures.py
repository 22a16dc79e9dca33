"""The figures: names that tools and documents rely on, units, floors and what they are to reach."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`floor` holds for one process on SQLite; None: shown without one. `target` is what is aimed at later.

    `most` True: the value must not be above its floor (a latency, a size). `title` is for the table.
    """

    name: str
    title: str
    unit: str
    floor: float | None
    target: float
    most: bool = False


FIGURES = {
    figure.name: figure
    for figure in (
        Figure(
            "request_message_rate", "friend messages, stored, sender to recipient", "messages/s", 5000, 8000
        ),
        Figure("request_message_ratio", "… as a share of the server storing nothing", "ratio", 0.35, 0.35),
        Figure("request_message_p50_ms", "sender to recipient at 500/s, p50", "ms", 2, 2, most=True),
        Figure("request_message_p99_ms", "sender to recipient at 500/s, p99", "ms", 10, 5, most=True),
        Figure("fanout_rate", "one stored message to 5,000 sockets", "deliveries/s", None, 30000),
        Figure("fanout_ratio", "… as a share of a fan-out from memory", "ratio", 0.5, 0.7),
        Figure("fanout_vs_channels", "… as a multiple of Channels groups", "ratio", None, 10),
        Figure("kb_per_socket", "memory of an idle authenticated socket", "KB", 25, 14, most=True),
        Figure("connects_per_second", "connect, log in, read 5 waiting messages", "connects/s", 800, 1600),
    )
}


def met(figure: Figure, value: float) -> bool:
    if figure.floor is None:
        return True
    return value <= figure.floor if figure.most else value >= figure.floor
