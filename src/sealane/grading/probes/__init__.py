"""Probes: what a checkout shows to anybody who opens it, read within limits and never beyond the hosts agreed on."""
