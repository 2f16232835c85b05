"""Staff screens under /beheer/dossiers/ and the public page on which a citizen follows a dossier."""
