"""Finding ports that nobody uses."""

import socket

from socle_collector.demo.ports import HERE, answers, free_port


def test_takes_the_first_when_free() -> None:
    """A default port that is free is taken."""
    first = free_port(20000)
    assert free_port(first) == first


def test_passes_over_one_in_use() -> None:
    """A port in use is passed over; what listens there answers."""
    with socket.create_server((HERE, free_port(20000))) as server:
        taken = server.getsockname()[1]
        assert answers(taken)
        assert free_port(taken) > taken
    assert not answers(taken)
