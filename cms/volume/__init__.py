"""A large town made up: so many parties, contacts and dossiers that what grows too fast shows itself."""
