"""Files as rows: text line by line, CSV with the line each row begins on, a second CSV joined to the first."""
