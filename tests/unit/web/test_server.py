import socket

import pytest

from sealane.model.errors import Misconfigured
from sealane.web.server import address_of, listen


def test_port_zero_takes_a_free_one_and_says_which() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        assert address_of(listener) == f"http://127.0.0.1:{port}"
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass


def test_an_ipv6_address_is_written_in_brackets() -> None:
    try:
        listener = listen("::1", 0)
    except Misconfigured:
        pytest.skip("this machine has no IPv6")
    with listener:
        assert address_of(listener).startswith("http://[::1]:")


def test_an_address_that_cannot_be_used_is_a_wrong_setting() -> None:
    with listen("127.0.0.1", 0) as listener, pytest.raises(Misconfigured, match="Cannot listen on 127"):
        listen("127.0.0.1", listener.getsockname()[1])
    with pytest.raises(Misconfigured):
        listen("203.0.113.1", 0)
    with pytest.raises(Misconfigured):
        listen("no such host", 0)
