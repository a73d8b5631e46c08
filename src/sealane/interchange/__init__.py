"""Interchange: the guarded interface to payment and logistics systems: signed, replay-proof, leak-free."""
