"""Files as rows: text line by line, CSV with the line that each row begins on."""
