"""Commands of trust: the shield's registry and the keys of those who sign notices."""
