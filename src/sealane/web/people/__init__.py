"""People at the door: who may open which page and press which button."""
