"""Which provider of the root key the settings ask for."""

from pathlib import Path

from sealane.keys.providers.contract import Root
from sealane.keys.providers.file import FileRoot
from sealane.keys.providers.kms import KmsRoot
from sealane.keys.providers.pkcs11 import Pkcs11Root, Slot
from sealane.keys.providers.shamir import ShamirRoot
from sealane.keys.providers.transit import KeyServer, TransitRoot
from sealane.settings import Settings

__all__ = ["root_of"]


def root_of(settings: Settings) -> Root:
    """Return the provider that the settings name.

    Raises:
        Misconfigured: when a library that it needs is not installed.
    """
    chosen = settings.root_provider
    if chosen == "shamir":
        places = [Path(place.strip()) for place in settings.root_shares.split(",") if place.strip()]
        return ShamirRoot(places, settings.root_threshold)
    if chosen == "pkcs11":
        slot = Slot(settings.pkcs11_module, settings.pkcs11_token, settings.pkcs11_pin, settings.pkcs11_key)
        return Pkcs11Root(slot)
    if chosen == "transit":
        return TransitRoot(KeyServer(settings.transit_url, settings.transit_token, settings.transit_key))
    if chosen == "kms":
        return KmsRoot(settings.kms_key, settings.kms_credentials)
    return FileRoot(Path(settings.data_dir), settings.root_key or None)
