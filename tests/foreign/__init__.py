"""An agent and a collector written from docs/contract.md alone: they import nothing from Socle."""
