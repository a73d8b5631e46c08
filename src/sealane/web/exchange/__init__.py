"""Calls that prove themselves: signed messages and bound API keys, on their way from the door to their action."""
