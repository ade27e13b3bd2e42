"""Idle on GNOME, with the real Mutter."""

from __future__ import annotations

from collections.abc import Callable

from support.desktops import Ear, Mutter, Session

Make = Callable[..., Session]


def test_idle(mutter: Mutter, ear: Ear, session: Make) -> None:
    """Mutter tells each time when nothing was touched for the limit and when something is; never what is in front."""
    helper = session(ear, mutter)
    for _ in range(2):
        helper.says(means={"idle": "mutter", "focus": "none"}, idle=True, focus=None)
        mutter.touch()
        helper.says(idle=False)


def test_another_limit(mutter: Mutter, ear: Ear, session: Make) -> None:
    """When the agent moves the limit, what counts as idle moves at once."""
    helper = session(ear, mutter)
    helper.says(idle=True)
    ear.idle_after_s = 3600
    ear.say(ear.settings())
    helper.says(idle=False)
    ear.idle_after_s = 1
    ear.say(ear.settings())
    helper.says(idle=True)
