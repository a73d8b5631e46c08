from pathlib import Path

import pytest

from sealane.vault.mailboxes import kind_of, resembles


@pytest.mark.parametrize(
    ("domain", "kind"),
    [
        ("gmail.com", "free"),
        ("qq.com", "free"),
        ("mailinator.com", "disposable"),
        ("yopmail.com", "disposable"),
        ("example.com", "other"),
        ("mail.gmail.com", "other"),
        ("", "other"),
    ],
)
def test_who_gives_out_addresses(domain: str, kind: str) -> None:
    assert kind_of(domain) == kind


def test_no_domain_is_listed_twice() -> None:
    text = (Path(__file__).parents[3] / "src/sealane/vault/mailboxes.txt").read_text(encoding="utf-8")
    domains = [word for line in text.splitlines() if not line.startswith("#") for word in line.split()[1:]]
    assert len(domains) > 200
    assert len(set(domains)) == len(domains)
    assert all("." in domain and domain == domain.lower() for domain in domains)


@pytest.mark.parametrize(
    ("email", "name", "is_alike"),
    [
        ("ana.silva@example.com", "ana silva", True),
        ("asilva77@example.com", "ana silva", True),
        ("joão@example.com", "joao", True),
        ("x9k2@example.com", "ana silva", False),
        ("silva", "ana silva", False),
        ("li.wu@example.com", "li wu", False),
    ],
)
def test_whether_the_address_goes_with_the_name(email: str, name: str, is_alike: bool) -> None:
    assert resembles(email, name) == is_alike
