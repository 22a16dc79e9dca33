"""The figures, their floors and units. Names are fixed: tools and documents rely on them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`most` True: the value must not be above its floor (a latency, a size). `title` is for the table."""

    name: str
    title: str
    unit: str
    floor: float
    most: bool = False


FIGURES = {
    figure.name: figure
    for figure in (
        Figure("request_message_rate", "friend messages, stored, request to recipient", "messages/s", 5000),
        Figure("request_message_ratio", "the same, as a share of the server storing nothing", "ratio", 0.35),
        Figure("request_message_p50_ms", "latency request to recipient at 500/s, p50", "ms", 2, most=True),
        Figure("request_message_p99_ms", "latency request to recipient at 500/s, p99", "ms", 10, most=True),
        Figure("fanout_rate", "one stored message to 5,000 sockets", "deliveries/s", 30000),
        Figure("fanout_ratio", "the same, as a share of a fan-out from memory", "ratio", 0.5),
        Figure("fanout_vs_channels", "the same, as a multiple of Channels groups", "ratio", 10),
        Figure("kb_per_socket", "memory of an idle authenticated socket", "KB", 25, most=True),
        Figure("connects_per_second", "connect, authenticate, read 5 waiting messages", "connects/s", 800),
    )
}


def met(figure: Figure, value: float) -> bool:
    return value <= figure.floor if figure.most else value >= figure.floor
