"""Rules in the console: what rules now, how a change reads and what it would do, and publishing it by two people."""
