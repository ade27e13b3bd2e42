"""The bench: what Socle costs a classroom's machine and an académie's server, beside its peers."""
