"""The low-code door: form definitions, versions, filling in and submissions."""
