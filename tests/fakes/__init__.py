"""Other people's systems, as strict as the real ones: each refuses what the real one refuses."""
