"""A whole Socle on one machine, to look at: `make demo`."""
