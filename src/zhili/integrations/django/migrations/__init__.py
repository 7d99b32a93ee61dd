"""How the tables come into the host's database, and go."""
