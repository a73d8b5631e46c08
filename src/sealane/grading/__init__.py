"""Grading: merchants and payment channels from A+ to F, each point with its check and its source."""
