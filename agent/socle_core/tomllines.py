"""At which line something of a TOML text stands: its parser does not tell, and a person wants to know.

Lines count from 1; None where it is written in another way than one key or one header a line.
"""

from __future__ import annotations

import re

_HEADER = re.compile(r'\s*\[+\s*"?([^\]"]*?)"?\s*\]')


def line_of_key(text: str, section: str, key: str) -> int | None:
    """Find a key of a section, or above every section when `section` is empty."""
    current, wanted = "", re.compile(rf'\s*"?{re.escape(key)}"?\s*[=.]')
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            current = header[1]
        elif current == section and wanted.match(line):
            return number
    return None


def line_of_section(text: str, section: str) -> int | None:
    """Find the header of a section, or the key that makes one."""
    return next(iter(lines_of_headers(text, section)), None) or line_of_key(text, "", section)


def lines_of_headers(text: str, name: str) -> list[int]:
    """Find every `[name]` or `[[name]]`."""
    headers = ((number, _HEADER.match(line)) for number, line in enumerate(text.splitlines(), 1))
    return [number for number, header in headers if header and header[1] == name]
