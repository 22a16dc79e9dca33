"""Pushes as preview's sandbox records them: nothing leaves the machine."""

from portal.demo import rows
from portal.demo.devices import PLAYED_ON, Devices
from portal.demo.telling import Telling
from realtime import database


class Recorded:
    further: Devices = {}

    async def tell(self, telling: Telling, message_id: str) -> None:
        def pushes() -> list[rows.RecordedPush]:
            found = rows.recorded_pushes(message_id)
            return found if len(found) == len(PLAYED_ON) else []

        def complaint() -> str:
            count, reason = len(rows.recorded_pushes(message_id)), rows.reason_of(message_id)
            return f"{count} of {len(PLAYED_ON)} pushes were recorded, and the message's reason is {reason}"

        for push in await telling.until(pushes, complaint):
            reason = await database.run(rows.reason_of, message_id)
            telling.seen(f"push · {push.device_os}", push.text, reason)
