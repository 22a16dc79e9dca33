"""The one entrance: every platform event becomes a stored message here, in the sender's transaction."""

from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from games.config_store import configs
from games.events import PlatformEvent
from games.signals import platform_event
from messaging.chains import continued
from messaging.message_scripts import are_bound
from messaging.message_types import type_code
from messaging.preparing import INLINE_RECIPIENTS, compiled_of, prepare, prepare_audience
from messaging.recipients import read_recipients
from messaging.scripted import prepare_scripted
from messaging.writer import Unit, store
from players.facts import Recipient
from protocol.run import Run


@receiver(platform_event, dispatch_uid="messaging.store_event")
def store_event(sender: Any, run: Run, event: PlatformEvent, **kwargs: Any) -> Unit | None:
    """Store the event's message; returns its unit, None when nobody is to get it.

    A handler that uses the group commit sets `run.loaded["recipients"]` and commits the run itself
    (messaging.writer.commit); everybody else is inside a transaction, and delivery starts when it commits.
    """
    config = configs.current(event.stage_id)
    loaded: list[Recipient] | None = run.loaded.pop("recipients", None)
    chained = continued(run, event)
    if chained is None:
        return None
    event = chained
    is_large = (
        event.everybody or event.query is not None or len(event.player_ids) > INLINE_RECIPIENTS or event.later
    )
    is_scripted = not is_large and are_bound(config, type_code(event.message_class, event.ext_code))
    if loaded is not None:
        if is_scripted:
            unit = prepare_scripted(config, event)
        else:
            unit = prepare_audience(config, event) if is_large else prepare(config, event, loaded)
        run.unwritten.append(unit)
        return unit
    if is_large:
        unit = prepare_audience(config, event)
        store([unit])
        return unit
    compiled = compiled_of(config, event.message_class, event.ext_code)
    recipients = read_recipients(config, compiled, event.player_ids, event.origin.get("playerId"))
    if not recipients:
        return None
    unit = prepare_scripted(config, event) if is_scripted else prepare(config, event, recipients)
    store([unit])
    transaction.on_commit(partial(run.deliveries.extend, unit.deliveries), robust=True)
    return unit
