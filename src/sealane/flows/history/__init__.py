"""History from files: what `sealane simulate` writes, or anybody else in the same form, as facts to learn from."""
