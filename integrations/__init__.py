"""Everything that leaves the building: the outbox, connectors and codecs."""
