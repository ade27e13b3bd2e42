"""Generic classes for the type checker alone: importing `typing` costs a resident agent half a MiB.

`class Kind(Of[T])` is `Generic[T]` to mypy, and a plain class when it runs.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Generic, TypeVar

    T = TypeVar("T")

    class Of(Generic[T]):
        """Base of a class that is generic in T."""

        __slots__ = ()

else:
    Any = T = object

    class Of:
        """Base of a class that is generic in T."""

        __slots__ = ()

        def __class_getitem__(cls, _):
            """Return the class itself: at run time it is of nothing in particular."""
            return cls


__all__ = ["Any", "Of", "T"]
