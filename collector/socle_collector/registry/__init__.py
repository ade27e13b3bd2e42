"""What people tell the collector: its devices and where they belong."""
