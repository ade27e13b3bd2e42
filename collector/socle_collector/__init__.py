"""The collector: takes ledgers in and says what is used."""
