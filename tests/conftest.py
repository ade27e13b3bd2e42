"""Fixtures that every test may ask for."""

from hypothesis import settings

settings.register_profile("socle", deadline=None)  # a busy machine is no failure
settings.load_profile("socle")

pytest_plugins = [
    "support.postgres",
    "support.broker",
    "support.logind",
    "support.desk",
    "support.desktops",
    "support.laptops",
    "support.booted",
    "support.packages",
]
