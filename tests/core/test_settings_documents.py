"""The files generated from the declarations of settings."""

from pathlib import Path

from socle_core.settings.agent import AgentSettings
from socle_core.settings.collector import CollectorSettings
from socle_core.settings.document import documents, drifted, main


def test_generated_files_have_not_drifted() -> None:
    """config/*.toml and docs/settings.md are what the declarations say; the command of the error mends it."""
    assert drifted() == [], "run: python -m socle_core.settings.document"


def test_every_setting_is_documented() -> None:
    """Each setting has a sentence, and stands in the page with it."""
    page = documents()["docs/settings.md"]
    for one in (*AgentSettings.declared(), *CollectorSettings.declared()):
        assert one.doc.endswith("."), one.path
        assert one.doc in page, one.path


def test_every_default_is_in_range() -> None:
    """What is shipped is accepted when it is read, but for what its owner must give."""
    for one in (*AgentSettings.declared(), *CollectorSettings.declared()):
        if not one.required:
            assert one.check(one.kind.dump(one.default)) == one.default, one.path


def test_no_two_settings_of_a_program_share_a_place() -> None:
    """A key of the file belongs to one setting."""
    for program in (AgentSettings, CollectorSettings):
        paths = [one.path for one in program.declared()]
        assert len(set(paths)) == len(paths)


def test_the_command_writes_and_checks(tmp_path: Path) -> None:
    """`--check` fails until the files are written, and then passes."""
    (tmp_path / "config").mkdir()
    (tmp_path / "docs").mkdir()
    assert main(["--check"], tmp_path) == 1
    assert not list((tmp_path / "config").iterdir())
    assert main([], tmp_path) == 0
    assert main(["--check"], tmp_path) == 0
