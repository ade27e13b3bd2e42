"""Fixtures that every test may ask for."""

pytest_plugins = ["support.postgres", "support.broker", "support.logind", "support.desk"]
