"""Door 2, the command line: one file for each noun, `root.main` to start it, `terminal` for what they share.

Data goes to stdout, talk to stderr. Exit codes: 0 fine, 1 the answer is no, 2 usage, 3 not reachable, 4 not permitted,
78 misconfigured.
"""
