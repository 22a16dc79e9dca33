from benchmarks.faults import full_disk
from benchmarks.faults.unavailable import Patient
from benchmarks.faults.world import World


async def test_full_disk_refuses_until_there_is_room(world: World) -> None:
    outcome = await full_disk.run(world)
    assert (outcome.lost, outcome.figures["refused"]) == (0, 14)


async def test_files_that_may_not_grow_refuse_until_they_may(world: World) -> None:
    """What stands in for the full disk where nothing can be mounted."""
    server = await world.server()
    patient = await Patient.prepare(world, server)
    limit = full_disk.FileLimit()
    limit.fill(server)
    await patient.until_refused()
    await patient.refused(2)
    limit.free(server)
    await patient.served_again()
    assert (await patient.settle()).lost == 0
