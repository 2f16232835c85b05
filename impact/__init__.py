"""The indicators of the impact map."""
