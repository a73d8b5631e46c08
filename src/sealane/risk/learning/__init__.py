"""Learning: from history to a model that judges better than the published scorecard, and the proof that it does."""
