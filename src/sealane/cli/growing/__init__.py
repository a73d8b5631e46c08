"""Commands for growing: moving to a database server, and handing history to others as files."""
