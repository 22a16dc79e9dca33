"""This machine's address for others in its network."""

import socket

SOMEWHERE = ("192.0.2.1", 9)  # kept for documentation (RFC 5737); nothing is sent there


def lan_address() -> str:
    """The IPv4 address by which other machines reach this one; "" without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(SOMEWHERE)
        except OSError:
            return ""
        return str(probe.getsockname()[0])
