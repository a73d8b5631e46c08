import ast
from pathlib import Path

from sealane import keys
from sealane.keys.ciphers import CIPHERS, outgoing_tls

CRYPTOGRAPHIC = ("cryptography", "rbcl", "tink", "pkcs11")
NO_CIPHER = {"InvalidTag", "InvalidSignature", "UnsupportedAlgorithm"}


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(CRYPTOGRAPHIC):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names if alias.name.startswith(CRYPTOGRAPHIC)}
    return names - NO_CIPHER


def test_everything_cryptographic_that_a_module_imports_is_in_the_inventory() -> None:
    folder = Path(keys.__file__).parent
    for path in folder.rglob("*.py"):
        module = ".".join(path.relative_to(folder).with_suffix("").parts)
        listed = {name for cipher in CIPHERS if module in cipher.modules for name in cipher.names}
        assert imported(path) <= listed, f"{module} uses something that the inventory does not list"


def test_every_module_in_the_inventory_is_there_and_uses_what_is_said() -> None:
    folder = Path(keys.__file__).parent
    for cipher in CIPHERS:
        texts = [(folder / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8") for module in cipher.modules]
        assert all(any(name in text for text in texts) for name in cipher.names), cipher.name


def test_outgoing_tls_is_1_2_or_newer() -> None:
    told = outgoing_tls()
    assert told["least_version"] in {"TLSv1_2", "TLSv1_3"}
    assert told["suites"]
