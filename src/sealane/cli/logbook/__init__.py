"""The verbs of `sealane log` that need more than the log's own folder; each loads what it needs when it is called."""

__all__: list[str] = []
