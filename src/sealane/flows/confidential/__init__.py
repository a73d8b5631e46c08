"""What is told in confidence: nothing of it reaches the shopper, the order's life line, or the outgoing events."""

__all__: list[str] = []
