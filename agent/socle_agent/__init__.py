"""The agent: measures a machine's use and health, and sends its ledger."""

__version__ = "0.1.0"
