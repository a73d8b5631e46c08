"""The gate: what may cross. Card numbers never, personal fields where the leg needs them; the rest is a finding."""
