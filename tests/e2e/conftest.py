"""Servers that the tests here share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from support.postgres import TEMPLATE, Postgres, migrate, own_postgres

from e2e.world import World, running_world

Worlds = Callable[..., World]


@pytest.fixture(scope="package")
def mortal_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A PostgreSQL that these tests may kill, with a template of the collector's tables."""
    with own_postgres() as server:
        with server.admin() as connection:
            connection.execute(f"CREATE DATABASE {TEMPLATE}")
        migrate(server.url(TEMPLATE), tmp_path_factory.mktemp("migrate"))
        yield server


@pytest.fixture
def worlds(mortal_postgres: Postgres) -> Iterator[Worlds]:
    """Makes worlds that end with the test."""
    with ExitStack() as stack:
        yield lambda **how: stack.enter_context(running_world(mortal_postgres, TEMPLATE, **how))
