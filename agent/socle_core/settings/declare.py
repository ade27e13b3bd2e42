"""How one setting is declared: everything that is known of it, in one place.

A setting is an attribute of its program's class, `hours = Setting("measure", kinds.hours(), …)`: asked of the
class it is the declaration, asked of an object it is the value. (Dataclasses would say the same and cost every
classroom 1.2 MiB of memory for their import.)
"""

from __future__ import annotations

from collections.abc import Callable

from socle_core.generic import Of, T
from socle_core.mistakes import BadValueError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import overload

    from socle_core.settings.base import Settings


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
