"""What helpers of sessions tell, and what they may not."""

from __future__ import annotations

from typing import Any

import pytest

from socle_agent.senses.helper import HelperError, Helpers

X11 = {"idle": "x11", "focus": "x11"}


class Heard(Helpers):
    """Helpers, and how often they changed."""

    def __init__(self) -> None:
        self.changes = 0
        super().__init__({"tuxpaint"}, self._count)

    def _count(self) -> None:
        self.changes += 1


def said(idle: object = False, focus: object = "tuxpaint", means: object = X11) -> dict[str, Any]:
    """A request of a helper."""
    return {"request": "session", "means": means, "idle": idle, "focus": focus}


def test_a_helper_speaks_for_its_account_alone() -> None:
    """What it says is known under the uid of its connection until that closes."""
    helpers = Heard()
    helpers.tell("a", 1000, said())
    told = helpers.of(1000)
    assert told is not None
    assert (told.idle, told.front, helpers.of(1001)) == (False, "tuxpaint", None)
    helpers.leave("a")
    assert (helpers.of(1000), helpers.changes, helpers.heard) == (None, 2, True)


def test_the_same_again_is_no_news() -> None:
    """A state told twice changes nothing."""
    helpers = Heard()
    helpers.tell("a", 1000, said())
    helpers.tell("a", 1000, said())
    assert helpers.changes == 1


def test_the_last_to_connect_counts() -> None:
    """Of two helpers of an account the later one counts, and the first again once it is gone."""
    helpers = Heard()
    helpers.tell("a", 1000, said(idle=True))
    helpers.tell("b", 1000, said(idle=False))
    helpers.tell("a", 1000, said(idle=True, focus=None))
    assert getattr(helpers.of(1000), "idle", None) is False
    helpers.leave("b")
    assert getattr(helpers.of(1000), "idle", None) is True


def test_without_means_nothing_is_told() -> None:
    """A helper that says none for a sense tells nothing of it, whatever it claims."""
    helpers = Heard()
    helpers.tell("a", 1000, said(means={"idle": "none", "focus": "none"}))
    told = helpers.of(1000)
    assert told is not None
    assert (told.tells("idle"), told.tells("focus")) == (False, False)


@pytest.mark.parametrize(
    "bad",
    [
        said(idle="yes"),
        said(idle=0),
        said(focus="a-secret-window"),
        said(focus=["tuxpaint"]),
        said(means={"idle": "x11"}),
        said(means={"idle": "magic", "focus": "x11"}),
        said(means=[["x11"]]),
        said(means={"idle": ["x11"], "focus": "x11"}),
        {},
    ],
)
def test_what_cannot_be_understood_is_refused(bad: dict[str, Any]) -> None:
    """A word outside the contract, or a service outside the catalogue, is refused and not repeated."""
    helpers = Heard()
    with pytest.raises(HelperError) as refused:
        helpers.tell("a", 1000, bad)
    assert "secret" not in str(refused.value)
    assert (helpers.of(1000), helpers.changes) == (None, 0)


def test_means_outlive_a_run() -> None:
    """Before its first helper spoke a new run says what the last one knew."""
    helpers = Helpers({"tuxpaint"}, lambda: None, {"idle": "wayland", "focus": "none"})
    assert (helpers.means, helpers.heard) == ({"idle": "wayland", "focus": "none"}, False)
