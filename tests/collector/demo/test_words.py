"""What the demo says, in two languages."""

import string

import pytest

from socle_collector.demo.words import WORDS, language


@pytest.mark.parametrize(
    ("environment", "number"),
    [
        ({}, 0),
        ({"LANG": "C"}, 0),
        ({"LANG": "fr_FR.UTF-8"}, 0),
        ({"LANG": "en_GB.UTF-8"}, 1),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "fr_FR.UTF-8"}, 0),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "", "LC_MESSAGES": "en_GB.UTF-8"}, 1),
    ],
)
def test_language(environment: dict[str, str], number: int) -> None:
    """French, unless the locale that decides is English."""
    assert language(environment) == number


@pytest.mark.parametrize("name", WORDS)
def test_both_say_the_same(name: str) -> None:
    """A text has the same values in both languages."""
    french, english = ({field for _, field, _, _ in string.Formatter().parse(text) if field} for text in WORDS[name])
    assert french == english
