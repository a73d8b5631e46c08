"""A run, or the controls, as other tools read them: OSCAL, CISO Assistant, Probo, CSV and XLSX; one source for all."""
