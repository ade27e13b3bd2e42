"""Time on pages: what is taken, what is cut, and when the sense works."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socle_agent.senses.web import SILENCE_S, SLACK_S, Web, WebError

FIREFOX, TUXPAINT = ("firefox", 1000), ("tuxpaint", 1000)


def web(**known: object) -> Web:
    """A sense that began at second 0."""
    return Web({"lumni", "arte", "firefox"}, {"firefox"}, 0.0, known)


def test_seconds_are_taken() -> None:
    """What fits into the time since the last message counts as it is."""
    sense = web()
    assert sense.take(1000, {}, 10.0) == {}
    assert sense.take(1000, {"lumni": 40, "arte": 20}, 70.0) == {"lumni": 40, "arte": 20}
    assert sense.cut == 0


def test_more_than_has_passed_is_cut_in_proportion() -> None:
    """Only one page is in front at a time; what was cut is counted."""
    sense = web()
    assert sense.take(1000, {"lumni": 300, "arte": 100}, 38.0) == {"lumni": 30, "arte": 10}
    assert sense.cut == 360


def test_two_browsers_share_the_time() -> None:
    """What one browser tells right after another fits as long as both together do."""
    sense = web()
    assert sense.take(1000, {"lumni": 30}, 60.0) == {"lumni": 30}
    assert sense.take(1000, {"arte": 30}, 61.0) == {"arte": 30}
    assert sense.take(1000, {"arte": 30}, 62.0) == {"arte": 4}


def test_what_was_kept_for_an_hour_is_taken() -> None:
    """An extension whose host failed tells what it kept; no time before the last hour can be claimed."""
    sense = web()
    sense.take(1000, {}, 10.0)
    assert sense.take(1000, {"lumni": 3000}, 9000.0) == {"lumni": 3000}
    assert sense.take(1000, {"lumni": 4000}, 99_000.0) == {"lumni": 3602}


def test_a_service_of_another_catalogue_is_left_out() -> None:
    """The others of its message count."""
    assert web().take(1000, {"secret.example": 5, "lumni": 5}, 60.0) == {"lumni": 5}


@given(st.lists(st.tuples(st.sampled_from([1, 2]), st.integers(0, 10_000), st.floats(0, 600)), max_size=20))
def test_never_more_than_passed(messages: list[tuple[int, int, float]]) -> None:
    """Whatever is claimed, an account's seconds never exceed the time by more than the slack of each message."""
    sense, now, counted = web(), 0.0, {1: 0, 2: 0}
    for uid, claimed, later in messages:
        now += later
        counted[uid] += sense.take(uid, {"lumni": claimed}, now).get("lumni", 0)
    assert max(counted.values()) <= now + SLACK_S * len(messages)


@pytest.mark.parametrize(
    "bad",
    [None, [], {"lumni": -1}, {"lumni": 1.5}, {"lumni": True}, {"lumni": "5"}, {"lumni": None}],
)
def test_what_cannot_be_understood_is_refused(bad: object) -> None:
    """What is no whole number of seconds is refused, and nothing of the message counts."""
    sense = web()
    with pytest.raises(WebError):
        sense.take(1000, bad, 60.0)
    assert not sense.heard
    assert sense.take(1000, {"lumni": 60}, 60.0) == {"lumni": 60}


def test_it_works_once_an_extension_was_heard() -> None:
    """Before the first hello nothing is known; then it works, in later runs too."""
    sense = web()
    assert not sense.works()
    sense.take(1000, {}, 5.0)
    assert sense.works()
    assert web(**sense.known()).works()


def test_a_browser_that_stays_silent_is_a_blind_spot() -> None:
    """A browser that ran for three minutes without a word has no extension, until it ends."""
    sense = web(heard=True)
    sense.running(frozenset({FIREFOX, TUXPAINT}), 100.0)
    assert not sense.blind(100.0 + SILENCE_S)
    assert sense.blind(101.0 + SILENCE_S)
    sense.running(frozenset({TUXPAINT}), 400.0)
    assert not sense.blind(400.0)


def test_a_hello_ends_the_silence() -> None:
    """A browser whose extension spoke is seen for as long as it runs, whatever else starts and ends."""
    sense = web(heard=True)
    sense.running(frozenset({FIREFOX}), 100.0)
    sense.take(1000, {}, 103.0)
    sense.running(frozenset({FIREFOX, TUXPAINT}), 200.0)
    assert not sense.blind(9000.0)
    sense.running(frozenset({FIREFOX, ("firefox", 1001)}), 9001.0)
    assert sense.blind(9002.0 + SILENCE_S)


def test_a_blind_spot_is_told_from_the_next_day_on() -> None:
    """The days after one on which a browser lacked its extension say so, until one on which none did."""
    sense = web(heard=True)
    sense.look(0.0, 10)
    sense.running(frozenset({FIREFOX}), 100.0)
    sense.look(101.0 + SILENCE_S, 10)
    assert sense.works()
    sense.running(frozenset(), 400.0)
    sense = web(**sense.known())
    sense.look(0.0, 11)
    assert not sense.works()
    sense.look(50.0, 12)
    sense.running(frozenset({FIREFOX}), 100.0)
    sense.take(1000, {}, 103.0)
    sense.look(400.0, 12)
    assert not sense.works()
    sense.look(500.0, 13)
    assert sense.works()
