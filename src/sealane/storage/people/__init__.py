"""People on record and the passkeys they sign in with."""
