"""The pure parts of counting: seconds add up, batches are whole, nothing counts twice."""

from __future__ import annotations

from web import javascript

WATCH = """
const watch = new Stopwatch(given.longest);
for (const [now, holds] of given.looks) watch.look(now, holds);
return [watch.take(), watch.take()];
"""


def watched(*looks: tuple[float, bool], longest: float = 100_000) -> list[float]:
    """Milliseconds after these looks, and what is left once they were taken."""
    answer: list[float] = javascript.run(["stopwatch.js"], WATCH, {"looks": looks, "longest": longest})
    return answer


def test_the_time_in_front_adds_up() -> None:
    """Each stretch from a look that found it in front to the next look counts, and is taken once."""
    assert watched((0, True), (1000, True), (2500, False), (9000, False), (10_000, True), (10_500, False)) == [3000, 0]


def test_a_frozen_page_is_not_in_front() -> None:
    """A stretch longer than two looks can be apart counts as that; a clock that goes back counts nothing."""
    assert watched((0, True), (9_000_000, False)) == [100_000, 0]
    assert watched((5000, True), (1000, True), (1200, False)) == [200, 0]


def test_batches_are_whole_seconds() -> None:
    """What is sent is whole; the rest stays and is not lost."""
    body = """
    const held = add(add(add({}, "lumni", 1600), "arte", 400), "lumni", 1600);
    const seconds = wholeSeconds(held);
    return { seconds, left: without(held, seconds), again: withAgain(without(held, seconds), seconds), held };
    """
    answer = javascript.run(["batch.js"], body)
    assert answer["seconds"] == {"lumni": 3}
    assert answer["left"] == {"lumni": 200, "arte": 400}
    assert answer["again"] == answer["held"] == {"lumni": 3200, "arte": 400}


def test_what_nobody_takes_is_bounded() -> None:
    """An hour of each service is kept, not more."""
    assert javascript.run(["batch.js"], 'return add({ lumni: 3599000 }, "lumni", 5000);') == {"lumni": 3_600_000}
