"""How one setting is declared: everything that is known of it, in one place.

A setting is an attribute of its program's class, `hours = Setting("measure", kinds.hours(), …)`: asked of the
class it is the declaration, asked of an object it is the value. (Dataclasses would say the same and cost every
classroom 1.2 MiB of memory for their import.)
"""

from __future__ import annotations

from collections.abc import Callable

from socle_core.generic import Any, Of, T
from socle_core.mistakes import BadValueError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar, overload

    S = TypeVar("S", bound="Settings")


class Kind(Of[T]):
    """A kind of value: how it is checked, written back, and told to a reader.

    `parse` takes what TOML or JSON gave and raises BadValueError; `dump` returns what TOML can write; `form`
    says in words what may be written, the range included.
    """

    __slots__ = ("dump", "form", "parse")

    def __init__(self, form: str, parse: Callable[[object], T], dump: Callable[[T], object]) -> None:
        self.form, self.parse, self.dump = form, parse, dump


class Setting(Of[T]):
    """The declaration of a setting.

    `key`: its name in the file, when that differs from the attribute's. `unit`: of a number. `secret`: the
    value is never shown. `live`: the collector may change it while the program runs. `required`: the default
    stands in the shipped file, and will not do.
    """

    __slots__ = ("default", "doc", "key", "kind", "live", "name", "required", "secret", "section", "unit")

    def __init__(
        self,
        section: str,
        kind: Kind[T],
        default: T,
        doc: str,
        *,
        key: str = "",
        unit: str = "",
        secret: bool = False,
        live: bool = False,
        required: bool = False,
    ) -> None:
        self.section, self.kind, self.default, self.doc = section, kind, default, doc
        self.key, self.unit = key, unit
        self.secret, self.live, self.required = secret, live, required

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        self.key = self.key or name

    if TYPE_CHECKING:

        @overload
        def __get__(self, of: None, owner: type) -> Setting[T]: ...
        @overload
        def __get__(self, of: Settings, owner: type) -> T: ...

    def __get__(self, of: Settings | None, owner: type) -> Setting[T] | T:
        if of is None:
            return self
        value: T = of.values.get(self.name, self.default)
        return value

    @property
    def path(self) -> str:
        """Name in the file: `section.key`."""
        return f"{self.section}.{self.key}"

    @property
    def is_required(self) -> str:
        """What to tell who left it out."""
        return f"is required: {self.kind.form}"

    def check(self, raw: object) -> T:
        """Return the value that was written as `raw`; BadValueError says what is wrong, and shows no secret."""
        if self.required and raw == "":
            raise BadValueError(self.is_required)
        return self.kind.parse(raw)


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
