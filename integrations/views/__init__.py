"""Staff screens: what leaves, what must be printed, and whether the text messages work."""
