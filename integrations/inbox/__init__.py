"""What comes in by e-mail: read from a mailbox, stored, recognised, and handed to the floor whose business it is."""
