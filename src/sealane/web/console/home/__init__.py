"""Parts of the overview: the map of lanes."""
