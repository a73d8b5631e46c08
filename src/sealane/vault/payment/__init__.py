"""Paying with sealed cards: security codes in memory, stand-ins of 16 digits, and the proxy to payment providers."""
