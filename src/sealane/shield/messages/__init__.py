"""Messages: what a text claims, what it asks for, and whether its links and its sender's own rules agree with that."""
