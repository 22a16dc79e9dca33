from dataclasses import replace

from games.models import Stage
from protocol.dates import now_ms
from push.jobs import DAY_MS, drop_disabled_devices, drop_old_attempts
from push.models import Device, PushAttempt
from push.outbox import JOB, enqueue
from push.sender import stop
from realtime import database
from realtime.worker import Worker, load_jobs
from tests.push.recorder import Recorder, make_device, push_to


def test_jobs_are_registered():
    names = {job.name for job in load_jobs()}
    assert {"push.send", "push.drop_old_attempts", "push.drop_disabled_devices"} <= names


async def test_queued_push_is_sent_at_once_by_the_worker(preview: Stage, recorder: Recorder):
    """Woken by the commit: the next tick is an hour away."""
    [send] = [job for job in load_jobs() if job.name == JOB]
    worker = Worker([replace(send, every=3600.0)])
    await worker.start()
    device = await database.run(make_device, preview)
    await database.run(lambda: enqueue(preview.pk, [push_to(device)]))
    await recorder.until(1)
    await worker.stop()
    await stop()
    assert recorder.reasons == ["pushed_sandbox"]


def test_attempts_are_kept_for_thirty_days(preview: Stage):
    for age in (29, 31):
        PushAttempt.objects.create(stage=preview, number=age, at_ms=now_ms() - age * DAY_MS)
    assert not drop_old_attempts()
    assert PushAttempt.objects.get().number == 29


def test_disabled_devices_go_after_thirty_days(preview: Stage):
    kept = [make_device(preview, token=f"{number:064x}") for number in range(3)]
    old = now_ms() - 31 * DAY_MS
    Device.objects.filter(pk=kept[0].pk).update(disabled="Unregistered", updated_ms=old)
    Device.objects.filter(pk=kept[1].pk).update(disabled="Unregistered")
    Device.objects.filter(pk=kept[2].pk).update(updated_ms=old)
    assert not drop_disabled_devices()
    assert set(Device.objects.values_list("pk", flat=True)) == {kept[1].pk, kept[2].pk}
