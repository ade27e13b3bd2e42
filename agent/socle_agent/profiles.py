"""Under which profile use is counted. The one place where a uid becomes one of three words."""

from __future__ import annotations

_BY_KIND = {"cart": "pupil", "front": "teacher", "head": "teacher"}


def profile_of(uid: int, kind: str) -> str:  # noqa: ARG001  (every caller says whose use it is; the kind decides)
    """The profile (pupil, teacher, shared) of the account `uid` on a machine of this kind."""
    return _BY_KIND.get(kind, "shared")
