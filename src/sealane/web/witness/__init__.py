"""The door of a witness: a server of its own, apart from every installation whose log it watches."""

__all__: list[str] = []
