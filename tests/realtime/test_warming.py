import asyncio
import threading

import pytest
from django.db import connection

from realtime import database
from realtime.warming import open_connections


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_each_thread_that_answers_has_its_connection_before_anybody_comes() -> None:
    """Also where one thread is so much quicker than the others that it could take the work of all."""
    database.shutdown()  # threads of other tests
    threads = database._pool(database.ANSWERS)
    held = threading.Event()
    for _ in range(7):
        threads.submit(held.wait, 5)
    threading.Timer(0.5, held.set).start()
    asyncio.run(open_connections())
    everybody = threading.Barrier(8, timeout=5)

    def is_connected() -> bool:
        everybody.wait()
        return connection.connection is not None

    asked = [threads.submit(is_connected) for _ in range(8)]
    assert [each.result() for each in asked] == [True] * 8
