import hashlib

from sealane.keys.secrets import digest, matches, new_secret


def test_a_secret_shows_its_prefix_and_is_never_made_twice() -> None:
    made = {new_secret("sk") for _ in range(1_000)}
    assert len(made) == 1_000
    assert all(secret.startswith("sk_") and len(secret) == 46 for secret in made)


def test_only_the_secret_matches_its_digest() -> None:
    secret = new_secret("sk")
    stored = digest(secret)
    assert stored == hashlib.sha256(secret.encode()).digest()
    assert matches(secret, stored)
    assert not matches(secret + "x", stored)
    assert not matches("", stored)
