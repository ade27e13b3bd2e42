"""What the tests with browsers share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from web import pages
from web.screen import Screen, screen


@pytest.fixture
def own_screen() -> Iterator[Screen]:
    """A screen of its own."""
    with screen() as made:
        yield made


@pytest.fixture
def web_port() -> Iterator[int]:
    """The port on which all of the web is."""
    with pages.web() as port:
        yield port
