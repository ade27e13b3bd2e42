"""Slotted dataclasses, frozen or not, for a resident process, without the library that makes them.

`import dataclasses` brings inspect, ast and dis into every classroom's machine for good, and compiles half
a dozen methods a class: together 2.5 MiB, half of what the agent may weigh. Here one method a class is
compiled, the rest is shared. The result behaves the same; `dataclasses.replace`, `fields` and `asdict`
work on it, and only their caller pays for them.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dataclasses import dataclass, field
else:
    _ABSENT = object()

    class field:  # noqa: N801, D101  (the name is the library's)
        __slots__ = ("default_factory",)

        def __init__(self, *, default_factory):
            self.default_factory = default_factory

    def dataclass(*, slots, frozen=False):
        """The library's decorator, of which this makes slotted classes only."""
        if not slots:
            raise TypeError("only slotted dataclasses are made here")
        return _make_frozen if frozen else _make_open

    def _make_frozen(cls):
        return _make(cls, {**_SHARED, **_FROZEN})

    def _make_open(cls):
        return _make(cls, {**_SHARED, "__hash__": None})

    def _make(cls, shared):
        names = tuple(cls.__annotations__)
        defaults = {name: cls.__dict__[name] for name in names if name in cls.__dict__}
        kept = {key: held for key, held in cls.__dict__.items() if key not in (*names, *_MADE_ANEW)}
        slotted = type(cls)(
            cls.__name__, cls.__bases__, {**shared, **kept, "__slots__": names, "__match_args__": names}
        )
        slotted.__qualname__ = cls.__qualname__
        slotted.__init__ = _initialiser(slotted, names, defaults)
        slotted.__dataclass_fields__ = _Fields(defaults)
        return slotted

    def _initialiser(cls, names, defaults):
        """Write `def __init__(self, t, powered=…): …`, the one method that is worth compiling."""
        scope = {f"_set_{name}": cls.__dict__[name].__set__ for name in names}
        signature, body = ["self"], []
        for name in names:
            default = defaults.get(name, _ABSENT)
            value = name
            if isinstance(default, field):
                scope[f"_make_{name}"], default = default.default_factory, None
                value = f"_make_{name}() if {name} is None else {name}"
            scope[f"_default_{name}"] = default
            signature.append(name if default is _ABSENT else f"{name}=_default_{name}")
            body.append(f"  _set_{name}(self, {value})")
        exec(f"def __init__({', '.join(signature)}):\n" + "\n".join(body or ["  pass"]), scope)  # noqa: S102
        return scope["__init__"]

    class _Fields:
        """`__dataclass_fields__` as the library wants it, made when the library first asks."""

        __slots__ = ("defaults",)

        def __init__(self, defaults):
            self.defaults = defaults

        def __get__(self, instance, owner):
            import dataclasses

            as_library = {
                name: dataclasses.field(default_factory=held.default_factory)
                if isinstance(held, field)
                else dataclasses.field(default=held)
                for name, held in self.defaults.items()
            }
            twin = dataclasses.make_dataclass(
                owner.__name__,
                [(name, kind, as_library[name]) if name in as_library else (name, kind)
                 for name, kind in owner.__annotations__.items()],
            )  # fmt: skip
            owner.__dataclass_fields__ = twin.__dataclass_fields__
            return twin.__dataclass_fields__

    def _values(self):
        return tuple([getattr(self, name) for name in self.__slots__])

    def _eq(self, other):
        if other.__class__ is not self.__class__:
            return NotImplemented
        return _values(self) == _values(other)

    def _hash(self):
        return hash(_values(self))

    def _repr(self):
        held = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__slots__)
        return f"{self.__class__.__qualname__}({held})"

    def _reduce(self):
        return self.__class__, _values(self)

    def _refuse(self, name, *_value):
        raise AttributeError(f"cannot change {name} of a frozen {self.__class__.__name__}")

    _MADE_ANEW = ("__dict__", "__weakref__")
    _SHARED = {
        "__eq__": _eq,
        "__repr__": _repr,
        "__reduce__": _reduce,
    }
    _FROZEN = {
        "__hash__": _hash,
        "__setattr__": _refuse,
        "__delattr__": _refuse,
    }

__all__ = ["dataclass", "field"]
