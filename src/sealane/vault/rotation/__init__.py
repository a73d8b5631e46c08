"""Rotation: new keys for old, in the background, in steps that a crash cannot undo."""
