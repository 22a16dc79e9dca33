import pytest
from django.db import connection

from realtime import database
from realtime.warming import open_connections


def connections_of_this_database() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
async def test_each_thread_that_answers_has_its_connection_before_anybody_comes() -> None:
    await open_connections()
    assert await database.run(connections_of_this_database) == 8 + 1, "and the one of the test itself"
