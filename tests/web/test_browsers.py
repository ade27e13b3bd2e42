"""Real browsers, the real extension, host and agent: what is in front is counted, and nothing else is known."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.patience import until

from web.browsers import Browser, Chromium, Firefox
from web.pages import page
from web.screen import Screen
from web.truth import Truth
from web.watched import Watched

STAY_S = 3
CANARY = "canary-of-the-uncatalogued"


@pytest.fixture(params=[Chromium, Firefox], ids=lambda kind: kind.name)
def kind(request: pytest.FixtureRequest) -> type[Browser]:
    """Which browser."""
    found: type[Browser] = request.param
    return found


@pytest.fixture
def watched(tmp_path: Path, kind: type[Browser]) -> Iterator[Watched]:
    """A machine with a running agent."""
    made = Watched(tmp_path / "machine", kind.every_min)
    made.start()
    yield made
    made.agent.kill()


@pytest.fixture
def browser(
    kind: type[Browser], own_screen: Screen, web_port: int, tmp_path: Path, watched: Watched
) -> Iterator[Browser]:
    """A browser that has said hello."""
    made = kind(own_screen, watched.tree, tmp_path / "browser", web_port)
    made.start()
    until(watched.greeted, 90.0, made.said)
    yield made
    made.kill()


def test_only_what_is_in_front_is_counted(browser: Browser, watched: Watched) -> None:
    """A catalogued page counts while it is in front; one that is not catalogued leaves no trace anywhere."""
    truth, screen = Truth(), browser.screen

    def visit(url: str, title: str, what: str, stay_s: float = STAY_S) -> None:
        with truth.change_to(what):
            browser.show(url)
            screen.wait_for(title)
        time.sleep(stay_s)

    (watched.pages / "école" / "a b.html").write_bytes(page("seyes-page"))
    (watched.pages / "other.html").write_bytes(page("other-page"))
    visit("http://www.lumni.fr/lumni-page?u=1", "lumni-page", "lumni")
    with truth.change_to("another window"):
        other = screen.other_window("another-window")
        other.__enter__()
        screen.wait_for("another-window")
    time.sleep(STAY_S)
    with truth.change_to("lumni"):
        other.__exit__(None, None, None)
        screen.wait_for("lumni-page")
    visit(f"http://{CANARY}.example.org/framed/{CANARY}-page", f"{CANARY}-page", "nothing")
    visit("http://framed.lumni.fr/framed/framed-page", "framed-page", "lumni", 0)
    screen.do("mousemove", "500", "500", "click", "1")
    time.sleep(STAY_S)
    local = f"file://{watched.pages}"
    visit(f"{local}/%C3%A9cole/a%20b.html", "seyes-page", "seyes")
    visit(f"{local}/other.html?primtuxmenu=true", "other-page", "primtux")
    visit(f"{local}/other.html", "other-page", "nothing", 1)
    if browser.tells_at_its_end:
        browser.end()
    until(lambda: watched.held().keys() >= {"lumni", "seyes", "primtux"}, 60.0, watched.held)
    held = watched.held()
    for service in ("lumni", "seyes", "primtux"):
        least, most = truth.seconds(service)
        assert least - 1 <= held[service] <= most + 1, (service, least, held[service], most)
    assert held.keys() == {"lumni", "seyes", "primtux"}
    assert watched.traces(CANARY.encode()) == []
