"""Review on the command line: cases and rules, worked through the server of the folder when one runs."""
