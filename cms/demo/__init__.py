"""Demo content: one town, told through the same actions and publish gates that people use."""
