"""The middle: process types, dossiers, contacts, the clock and notifications."""
