"""The identifier of a French school (UAI): three digits of département, four digits, one check letter."""

import re

_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"  # no I, O, Q
_FORM = re.compile(r"[0-9]{7}[A-Z]")


def check_letter(first7: str) -> str:
    """Return the letter that completes seven digits: `0951099` gives `D`. ValueError for anything else.

    Source: published algorithm (juliendelmas.fr), which holds for the identifiers of the national directory.
    Départements of Corse are written 620 and 720, those overseas 971 to 978: digits everywhere.
    """
    if not (len(first7) == 7 and first7.isascii() and first7.isdigit()):
        raise ValueError(f"'{first7}' is not seven digits")
    return _LETTERS[int(first7) % len(_LETTERS)]


def valid(uai: str) -> bool:
    """Tell whether a text is a well-formed identifier with the right letter: capitals only, no space."""
    return _FORM.fullmatch(uai) is not None and check_letter(uai[:7]) == uai[7]
