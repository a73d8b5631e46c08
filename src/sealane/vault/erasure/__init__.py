"""Erasure: holds that forbid it, the act itself, its receipt, and tombstones that make it reach every backup."""
