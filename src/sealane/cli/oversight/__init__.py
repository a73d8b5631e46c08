"""Oversight on the command line: control, incident, rates, evidence. Each verb asks the API."""
