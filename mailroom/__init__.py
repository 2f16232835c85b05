"""Post and invoices."""
