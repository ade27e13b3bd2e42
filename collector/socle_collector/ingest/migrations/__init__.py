"""Steps of the tables of facts; each is an .sql file beside a few lines that run it."""
