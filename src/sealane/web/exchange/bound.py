"""Bound API keys at the door: the key alone is not enough.

A key bound to a key pair comes as `Authorization: DPoP KEY` with a proof (RFC 9449). A key bound to a certificate
(RFC 8705) comes over TLS that checked the certificate: this server's own, or a proxy's that tells it in `Client-Cert`
(RFC 9440). That header is read only when it comes from an address in `trusted_proxies`, which is empty by default.
"""

from sealane.interchange import Binding, DpopCall, certificate_thumbprint, thumbprint_of, verify_dpop
from sealane.model.errors import NotAuthenticated
from sealane.model.party import Party
from sealane.web.exchange.claiming import claim_with
from sealane.web.exchange.signed import target_of
from sealane.web.protocol import CERTIFICATE
from sealane.web.visit import Visit

__all__ = ["verify_binding"]


def verify_binding(visit: Visit, scheme: str, key: str, party: Party, binding: Binding | None) -> None:
    """Check that whoever shows this API key also holds what it is bound to, if anything.

    Raises:
        NotAuthenticated: when the proof is missing or wrong, or a key that is not bound is shown as bound.
    """
    if (binding is not None and binding.kind == "dpop") != (scheme == "dpop"):
        raise NotAuthenticated
    if binding is None:
        return
    if binding.kind == "certificate":
        own = visit.scope.get("state", {}).get(CERTIFICATE)
        shown = certificate_thumbprint(_told_certificate(visit)) if own is None else thumbprint_of(own)
        if shown != binding.thumbprint:
            raise NotAuthenticated
        return
    given = visit.headers.get(b"dpop", b"").decode("latin-1")
    call = DpopCall(visit.scope["method"], target_of(visit), key)
    proof = verify_dpop(given, call, binding.thumbprint, party_id=party.party_id, now_us=visit.lane.clock())
    claim_with(visit, proof)


def _told_certificate(visit: Visit) -> str:
    """Return what a trusted proxy says about the caller's certificate; nothing from anybody else."""
    trusted = {each.strip() for each in visit.lane.settings.trusted_proxies.split(",") if each.strip()}
    client = visit.scope.get("client")
    if not client or client[0] not in trusted:
        return ""
    return visit.headers.get(b"client-cert", b"").decode("latin-1")
