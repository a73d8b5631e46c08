"""Exact windows over what was learned so far: cells of history by key, and the code made to read and write them."""
