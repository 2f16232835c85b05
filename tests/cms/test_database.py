"""How our connections ask PostgreSQL to plan (docs/rules/volume.md)."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("name", "value"), [("random_page_cost", "1.1"), ("max_parallel_workers_per_gather", "0")])
def test_each_connection_plans_for_few_rows(name: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        assert cursor.fetchone() == (value,)
