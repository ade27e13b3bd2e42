"""What the settings of both programs have in common: how they are held and shown."""

from __future__ import annotations

from socle_core.generic import Any
from socle_core.settings.declare import Setting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    S = TypeVar("S", bound="Settings")


class Settings:
    """Settings of a program, frozen. `AgentSettings(checkpoint_s=10)` has defaults for all others.

    `values` holds those that differ from the defaults or were said to be the same.
    """

    __slots__ = ("values",)

    def __init__(self, **values: Any) -> None:
        unknown = values.keys() - {one.name for one in self.declared()}
        if unknown:
            raise TypeError(f"no such settings: {', '.join(sorted(unknown))}")
        object.__setattr__(self, "values", values)

    values: dict[str, Any]

    @classmethod
    def declared(cls) -> tuple[Setting[Any], ...]:
        """Return all settings in the order of their declaration."""
        return tuple(one for one in vars(cls).values() if isinstance(one, Setting))

    def changed(self: S, **values: Any) -> S:
        """Return a copy with other values for some settings."""
        return type(self)(**{**self.values, **values})

    def contradictions(self) -> list[tuple[str, str]]:
        """Return what is wrong between settings that are each right: pairs of `section.key` and why."""
        return []

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"settings are frozen: use changed({name}=…)")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, one.name) == getattr(other, one.name) for one in self.declared())

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Show every value but those of secrets."""
        shown = (f"{one.name}={'<hidden>' if one.secret else repr(getattr(self, one.name))}" for one in self.declared())
        return f"{type(self).__name__}({', '.join(shown)})"

    def __str__(self) -> str:
        """Write the settings in force as the TOML that would give them, secrets hidden."""
        from socle_core.settings.render import toml  # only a person who asks pays for it

        return toml(self)


def half_certified(section: str, cert: object, key: object) -> list[tuple[str, str]]:
    """Return the contradiction of a certificate without its key, or of a key without its certificate."""
    if (cert is None) == (key is None):
        return []
    empty, given = ("cert", "key") if cert is None else ("key", "cert")
    why = f"is empty, but {section}.{given} is set: a certificate and its key go together"
    return [(f"{section}.{empty}", why)]
