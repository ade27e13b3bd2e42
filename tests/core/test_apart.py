"""Answers from a child process."""

from __future__ import annotations

import os

import pytest

from socle_core import apart


def test_the_answer_comes_from_another_process() -> None:
    """What JSON can say comes back whole, however long; what was done to get it stays in the child."""
    assert apart.answered(os.getpid) != os.getpid()
    assert apart.answered(lambda: {"words": ["é"] * 100_000}) == {"words": ["é"] * 100_000}


def test_a_child_that_dies_is_an_error() -> None:
    """Whether it raises or is killed: no answer, and the parent goes on."""
    for question in (lambda: 1 / 0, lambda: os.kill(os.getpid(), 9)):
        with pytest.raises(apart.DiedError):
            apart.answered(question)
