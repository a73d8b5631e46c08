import pytest

from servers import fresh_database


@pytest.fixture
def address(server: str) -> str:
    """The address of an empty database on a real server."""
    return fresh_database(server)
