"""Whatever a TOML file can hold, for tests that try to break its readers."""

from collections.abc import Sequence

from hypothesis import strategies as st

WORDS = ["", "a", "maths", "resources", "lumni.fr", "/x", "09-01", "mo 08:00-09:00", "Europe/Paris", "\0"]


def anything() -> st.SearchStrategy[object]:
    """Values of every type of TOML, nested."""
    scalars = (
        st.booleans()
        | st.integers(-(2**70), 2**70)
        | st.floats()
        | st.dates()
        | st.text(max_size=8)
        | st.sampled_from(WORDS)
    )
    return st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    )


def tables(names: Sequence[str], keys: Sequence[str]) -> st.SearchStrategy[dict[str, object]]:
    """Tables whose names, and the keys of whose tables, are often those that a reader knows."""
    inner = st.dictionaries(st.sampled_from(keys) | st.text(max_size=4), anything(), max_size=4)
    return st.dictionaries(st.sampled_from(names) | st.text(max_size=4), inner | anything(), max_size=5)
