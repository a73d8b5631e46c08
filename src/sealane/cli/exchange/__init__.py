"""Commands of the interchange."""
