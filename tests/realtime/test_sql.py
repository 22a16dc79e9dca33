import pytest
from django.db import connection

from realtime.sql import by_vendor

pytestmark = pytest.mark.django_db


def test_by_vendor_chooses_a_statement_that_the_database_understands() -> None:
    statement = by_vendor(
        sqlite="SELECT count(*) FROM json_each('[1, 2]')",
        postgresql="SELECT count(*) FROM json_array_elements('[1, 2]')",
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.fetchone() == (2,)
