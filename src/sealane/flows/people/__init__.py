"""People of the console: who may sign in, in which roles, and with which passkeys. Each change goes on the log."""
