"""Links: taken apart as a browser would, compared with official domains, and with what imitates them. No network."""
