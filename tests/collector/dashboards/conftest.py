"""The pages in the test's own process. Django is made ready once, over a database of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import HandDesk
from support.postgres import Postgres

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def page_database(postgres: Postgres, template: str) -> Iterator[str]:
    """URL of the database that the pages read."""
    from socle_collector import project
    from socle_core.settings.collector import CollectorSettings

    url = postgres.create(template)
    project.configure(
        CollectorSettings(
            realm="test",
            database_url=url,
            secret_key_file=Path("/nowhere"),
            catalogue=(ROOT / "config/catalogue.toml",),
            allowed_hosts=("testserver",),
        )
    )
    yield url
    from django.db import connection

    connection.close()
    postgres.drop(url)


@pytest.fixture
def desk(page_database: str) -> Iterator[HandDesk]:
    """A desk that fills what the pages read; emptied after the test."""
    made = HandDesk(page_database)
    yield made
    made.leave()
