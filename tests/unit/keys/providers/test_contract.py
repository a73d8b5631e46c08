from sealane.keys.providers.contract import Root
from sealane.keys.providers.file import FileRoot
from sealane.keys.providers.kms import KmsRoot
from sealane.keys.providers.pkcs11 import Pkcs11Root
from sealane.keys.providers.shamir import ShamirRoot
from sealane.keys.providers.transit import TransitRoot


def test_every_provider_has_a_name_of_its_own_and_the_two_verbs() -> None:
    providers: list[type[Root]] = [FileRoot, ShamirRoot, Pkcs11Root, TransitRoot, KmsRoot]
    assert len({provider.name for provider in providers}) == len(providers)
    assert all(callable(provider.find) and callable(provider.make) for provider in providers)
