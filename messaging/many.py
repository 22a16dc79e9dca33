"""Many platform events at once: a pass of matchmaking tells thousands, a few players each."""

from collections.abc import Sequence
from functools import partial

from django.db import transaction

from games.config_store import configs
from games.events import PlatformEvent
from games.signals import platform_event
from messaging.preparing import compiled_of
from messaging.recipients import read_recipients
from messaging.writer import store
from players.facts import Recipient
from protocol.run import Run


def send_all(sender: str, run: Run, events: Sequence[PlatformEvent]) -> None:
    """As if each was sent by itself, in this order; but recipients are looked up once a message type, and
    all rows are stored by one insert. Inside the caller's transaction.

    The events are of one stage, to players by their ids, and of nobody whom a recipient might block.
    """
    known = _recipients(events)
    before, run.unwritten = run.unwritten, []
    for event in events:
        of_type = known[event.message_class]
        run.loaded["recipients"] = [of_type[each] for each in event.player_ids if each in of_type]
        if run.loaded["recipients"]:
            platform_event.send(sender=sender, run=run, event=event)
    units, run.unwritten = run.unwritten, before
    run.loaded.pop("recipients", None)
    store(units)
    deliveries = [delivery for unit in units for delivery in unit.deliveries]
    transaction.on_commit(partial(run.deliveries.extend, deliveries), robust=True)


def _recipients(events: Sequence[PlatformEvent]) -> dict[str, dict[str, Recipient]]:
    """By message class and player id."""
    known: dict[str, dict[str, Recipient]] = {}
    for message_class in {event.message_class for event in events}:
        of_type = [event for event in events if event.message_class == message_class]
        config = configs.current(of_type[0].stage_id)
        ids = [player_id for event in of_type for player_id in event.player_ids]
        compiled = compiled_of(config, message_class, None)
        found = read_recipients(config, compiled, ids)
        known[message_class] = {recipient.player_id: recipient for recipient in found}
    return known
