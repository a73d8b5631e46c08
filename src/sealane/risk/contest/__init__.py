"""Contest: what else would have judged, beside what does: a challenger in the shadow, and the published scorecard."""
