"""Review: what people do with cases and rules, each with its proof on the log and its notice to subscribers."""
