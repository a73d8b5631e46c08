"""Commands about personal data: keys, subjects, backups."""
