"""What every floor stands on: people who log in, images, documents, triggers, fields."""
