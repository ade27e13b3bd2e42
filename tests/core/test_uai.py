"""The identifiers of schools."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socle_core.uai import check_letter, valid

SEVEN_DIGITS = st.integers(0, 9_999_999).map("{:07}".format)


@pytest.mark.parametrize(
    "uai",
    [
        "0951099D",  # the example of the published algorithm
        "0301674G",  # école primaire, Lasalle
        "0040533H",  # lycée Les Iscles, Manosque
        "0010024W",
        "0350122T",  # école primaire publique les Lucioles, Baulon
        "0580106A",  # école élémentaire, Brinay
    ],
)
def test_identifiers_of_real_schools_are_valid(uai: str) -> None:
    """The check letter is the one of the national directory."""
    assert valid(uai)


def test_corse_is_written_in_digits() -> None:
    """Départements 2A and 2B are 620 and 720; 02A is no beginning of an identifier."""
    for first7 in ("6200001", "7200583"):
        assert valid(first7 + check_letter(first7))
    assert not valid("02A0001A")


@pytest.mark.parametrize(
    "text", ["0123456A", "", "0951099", "0951099d", "0951099D ", "951099D", "0951099D\n", "٠٩٥١٠٩٩D", "0951099É"]
)
def test_anything_else_is_not_valid(text: str) -> None:
    """A wrong letter, a missing digit, a small letter or a stray character is refused."""
    assert not valid(text)


def test_the_right_letter_is_told() -> None:
    """For a mistyped identifier, the letter that its digits ask for can be shown."""
    assert check_letter("0123456") == "S"


@pytest.mark.parametrize("text", ["", "095109", "09510999", "095109D", "²²²²²²²", "٠٩٥١٠٩٩"])
def test_a_letter_is_only_for_seven_digits(text: str) -> None:
    """Anything but seven ASCII digits has no check letter."""
    with pytest.raises(ValueError, match="not seven digits"):
        check_letter(text)


@given(SEVEN_DIGITS, st.integers(0, 6), st.integers(1, 9))
def test_one_wrong_digit_is_seen(first7: str, place: int, step: int) -> None:
    """No identifier with one digit changed keeps its letter."""
    wrong = first7[:place] + str((int(first7[place]) + step) % 10) + first7[place + 1 :]
    assert not valid(wrong + check_letter(first7))


@given(SEVEN_DIGITS, st.integers(0, 5))
def test_two_swapped_digits_are_seen(first7: str, place: int) -> None:
    """No identifier with two neighbours swapped keeps its letter."""
    swapped = first7[:place] + first7[place + 1] + first7[place] + first7[place + 2 :]
    assert valid(swapped + check_letter(first7)) == (swapped == first7)
