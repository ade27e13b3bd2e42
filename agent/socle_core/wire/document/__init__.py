"""What the documents of the wire contract are made of: `python -m socle_core.wire.document [--check]`."""
