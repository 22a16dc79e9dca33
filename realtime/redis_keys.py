"""Every key and channel of Flint in Redis.

A **lease** is one stay of a node at Redis: `<node id>.<number>`. Its key has a time to live, and once it is
gone it never comes back: the node takes another one. Presence names leases, so that what an earlier stay
wrote late can neither add to nor take from a later one.
"""

PREFIX = "flint:"

LEASES = f"{PREFIX}leases"  # set: leases that may still be named somewhere
LISTENERS = f"{PREFIX}listeners"  # set of "<stage id> <lease>": who wants copies of a stage's messages

TO_EVERY_NODE = f"{PREFIX}to-all"  # channel: what every node has to hear
WAKE = f"{PREFIX}wake"  # channel: names of jobs that have work

ALIVE_PREFIX = f"{PREFIX}alive:"
ONLINE_PREFIX = f"{PREFIX}online:"


def alive(lease: str) -> str:
    """String with a time to live: the lease is held."""
    return f"{ALIVE_PREFIX}{lease}"


def online(player_id: str) -> str:
    """Set: the leases under which nodes hold a connection of the player that answers."""
    return f"{ONLINE_PREFIX}{player_id}"


def held(lease: str) -> str:
    """Set: the players whose `online` names the lease."""
    return f"{PREFIX}held:{lease}"


def to_node(lease: str) -> str:
    """Channel: what one node has to hear."""
    return f"{PREFIX}to:{lease}"


def limit(name: str, key: str) -> str:
    """String with a time to live: until when, in microseconds, a key of protocol.limiter used its rate."""
    return f"{PREFIX}limit:{name}:{key}"


def node_of(lease: str) -> str:
    return lease.rpartition(".")[0]
