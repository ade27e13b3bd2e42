"""The settings of the demo's agent and collector."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socle_collector.demo import files
from socle_collector.ingest.terms import keep_from
from socle_core.settings.agent import load_agent
from socle_core.settings.collector import load_collector
from socle_core.settings.times import MonthDay

FOLDERS = (Path("/tmp/a folder"), Path('/tmp/"quoted"\\é'))


@pytest.mark.parametrize("folder", FOLDERS)
def test_agent(folder: Path, tmp_path: Path) -> None:
    """The agent reports after each checkpoint of ten seconds, without privileges, wherever the folder is."""
    file = tmp_path / "agent.toml"
    file.write_text(files.agent(folder, folder / "catalogue.toml", 1884, "abcdefghijkl", folder / "socket"))
    told = load_agent(file)
    assert (told.device, told.realm, told.port, told.tls) == ("abcdefghijkl", "demo", 1884, False)
    assert (told.report_every_quarters, told.checkpoint_s, told.programs) == (0, 10, "proc")
    assert (told.state, told.socket) == (folder / "agent", folder / "socket")


@pytest.mark.parametrize("folder", FOLDERS)
def test_collector(folder: Path, tmp_path: Path) -> None:
    """The collector serves its page on this machine only, from the demo's database and broker."""
    file, url = tmp_path / "collector.toml", "postgresql://socle:secret@127.0.0.1:15432/socle"
    file.write_text(files.collector(folder, folder / "catalogue.toml", {"broker": 1884, "page": 8001}, url, 8))
    told = load_collector(file)
    assert (told.realm, told.host, told.port, told.tls) == ("demo", "127.0.0.1", 1884, False)
    assert (told.database_url, told.page_host, told.page_port) == (url, "127.0.0.1", 8001)


@given(st.dates(date(2024, 1, 1), date(2033, 1, 1)), st.integers(1, 40))
def test_all_past_weeks_are_wanted(today: date, weeks: int) -> None:
    """On any day of any year, the collector's school year begins before the first of the past weeks."""
    month, day = files.year_begins(today, weeks).split("-")
    noon = (today - date(1970, 1, 1)).days * 86_400 + 43_200
    begins = keep_from(noon, MonthDay(int(month), int(day))) // 96
    assert begins < (today - timedelta(weeks=weeks) - date(1970, 1, 1)).days
