"""The steps that the flows share: admit what came, carry an arrival through its four steps, decide."""
