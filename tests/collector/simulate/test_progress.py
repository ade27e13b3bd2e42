"""Showing how far a long thing is."""

from io import StringIO

from socle_collector.simulate.progress import Progress


class Terminal(StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Yes."""
        return True


def shown(stream: StringIO) -> str:
    """What is written when two steps of four are done."""
    with Progress("weeks", 4, stream) as progress:
        progress.reached(1)
        progress.reached(2)
    return stream.getvalue()


def test_lines() -> None:
    """In a file, each step is a line."""
    assert shown(StringIO()) == "weeks 1/4\nweeks 2/4\n"


def test_bar() -> None:
    """On a terminal, one line grows and is ended."""
    text = shown(Terminal())
    assert text.count("\n") == 1 and text.endswith("\n")
    assert text.count("\r") == 2
    assert text.split("\r")[-1].count("█") == 15
