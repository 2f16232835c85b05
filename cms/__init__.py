"""Composition root: settings, urls, admin shell, roles and theme."""
