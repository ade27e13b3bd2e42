"""What is told of what is known."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from socle_session.state import State

MAYBE = st.sampled_from([None, True, False])
STATES = st.builds(
    State,
    idle_means=st.sampled_from(["x11", "wayland", "mutter", "none"]),
    focus_means=st.sampled_from(["x11", "wayland", "none"]),
    rests=MAYBE,
    held=MAYBE,
    projected=st.booleans(),
    front=st.sampled_from([None, "", "gcompris"]),
)


@given(STATES)
def test_idle(state: State) -> None:
    """Idle is only what rests, is held by no program and not projected; unknown is only what nobody tells."""
    assert (state.idle is None) == (state.rests is None or state.idle_means == "none")
    if state.idle:
        assert state.rests
        assert state.held is False
        assert not state.projected
    if state.rests is False:
        assert not state.idle
        assert not state.kept


@given(STATES)
def test_what_keeps_a_session_in_use(state: State) -> None:
    """What rests and is known is either idle, kept in use, or not yet decided."""
    if state.rests and state.idle_means != "none":
        assert [state.idle, state.kept, state.held is None and not state.projected].count(True) == 1


@given(STATES)
def test_the_message(state: State) -> None:
    """The agent is told the words of its protocol and nothing else, and a sense that does not work is unknown."""
    told = state.message()
    assert list(told) == ["request", "means", "idle", "focus"]
    assert told["means"] == {"idle": state.idle_means, "focus": state.focus_means}
    assert told["focus"] is None or state.focus_means != "none"
    assert told["idle"] is None or state.idle_means != "none"
