"""Rooms and appointments."""
