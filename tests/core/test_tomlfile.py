"""TOML files, read here or in a child process."""

import subprocess
import sys
from pathlib import Path

import pytest

from socle_core import tomlfile
from socle_core.tomlfile import Parse, TomlFileError

BOTH = pytest.mark.parametrize("parse", [tomlfile.parse, tomlfile.parse_apart])


@BOTH
def test_what_a_file_holds(parse: Parse, tmp_path: Path) -> None:
    """A file gives its text, accents included, and its values."""
    file = tmp_path / "a.toml"
    file.write_text('name = "École"\n[a]\nlist = [1, 2.5, true]\n', encoding="utf-8")
    text, table = tomlfile.read(file, parse)
    assert text.startswith("name")
    assert table == {"name": "École", "a": {"list": [1, 2.5, True]}}


@BOTH
def test_a_mistake_tells_its_line(parse: Parse) -> None:
    """What is not TOML is told with the line where it stops being so."""
    with pytest.raises(TomlFileError) as caught:
        parse("a = 1\nb = \n")
    assert caught.value.line == 2
    assert "not TOML" in str(caught.value)


@BOTH
def test_a_file_that_cannot_be_read(parse: Parse, tmp_path: Path) -> None:
    """A missing file, a folder and bytes that are no text each give an error in words."""
    (tmp_path / "bytes.toml").write_bytes(b'a = "\xff"')
    for name, words in (("none.toml", "no such file"), ("bytes.toml", "not UTF-8"), (".", "cannot be read")):
        with pytest.raises(TomlFileError, match=words):
            tomlfile.read(tmp_path / name, parse)


def test_a_large_file_passes_through_the_pipe() -> None:
    """A file longer than a pipe holds comes back whole from the child."""
    text = "\n".join(f'k{number} = "{"x" * 100}"' for number in range(5000))
    assert tomlfile.parse_apart(text) == tomlfile.parse(text)


def test_the_parser_leaves_no_trace() -> None:
    """A process that reads apart has imported neither the parser nor typing."""
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from socle_core.catalogue import load\n"
        "from socle_core.settings.agent import load_agent\n"
        "from socle_core.tomlfile import parse_apart\n"
        "load_agent(Path('config/agent.toml'), parse=parse_apart)\n"
        "load([Path('config/catalogue.toml')], parse_apart)\n"
        "print(sorted(sys.modules.keys() & {'tomllib', 'tomli', 'typing', 'dataclasses', 'inspect', 'difflib'}))"
    )
    root = Path(__file__).parents[2]
    path = f"import sys; sys.path.insert(0, {str(root / 'agent')!r})\n"
    command = [sys.executable, "-I", "-S", "-c", path + code]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_forbidden_file_says_who_may_read_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file and a folder that this user may not read are told apart from absent ones."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    monkeypatch.setattr(Path, "iterdir", refuse)
    for read in (lambda: tomlfile.read(tmp_path, tomlfile.parse), lambda: tomlfile.files_in(tmp_path)):
        with pytest.raises(TomlFileError, match="may not read it: run as") as caught:
            read()
        assert not caught.value.absent
