"""Real servers and small helpers shared by all tests."""
