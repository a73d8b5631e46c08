"""Settings: one frozen record, from `sealane.toml` < `SEALANE_*` environment < flags; nothing else reads those."""

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from sealane.model.errors import Misconfigured

__all__ = ["SECRET_SETTINGS", "Origin", "Settings", "load_settings"]

Positive = Annotated[float, msgspec.Meta(gt=0)]
SECRET_SETTINGS = frozenset({"features", "operator_key", "root_key", "pkcs11_pin", "transit_token"})
CONFIG_FILE = "sealane.toml"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything an operator may choose; each default is safe on one machine."""

    data_dir: str = "sealane-data"
    """Folder of the database, keys and log; made on first start, readable by its owner only."""
    database: str = ""
    """PostgreSQL database, `postgresql://user@host:5432/name`; empty means the embedded one in the data folder."""
    keys_database: str = ""
    """PostgreSQL database of the keys, another than `database`: several servers then share both; empty means files."""
    features: str = ""
    """Valkey or Redis Cluster with the signals, `valkey://host:port,host:port`; empty keeps them in this process."""
    host: str = "127.0.0.1"
    """Address to listen on; loopback unless you put a TLS proxy in front."""
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8787
    """Port to listen on; 0 takes a free one."""
    tls_certificate: str = ""
    """File of the server's certificate and its chain (PEM), to speak TLS 1.2 or newer without a proxy; empty: HTTP."""
    tls_key: str = ""
    """File of that certificate's private key (PEM), readable by its owner only; empty: it is in the same file."""
    tls_client_ca: str = ""
    """File of certificates (PEM) that issued those of callers with API keys bound to one; with `tls_certificate`."""
    api_sunset: str = ""
    """Day from which the `/v1` API is refused, `2031-12-31`; until then its answers say so; empty: no such day."""
    public_url: str = ""
    """Address that people and parties reach this server under, when a proxy stands before it."""
    trusted_proxies: str = ""
    """Addresses of proxies, parted by commas, whose `Client-Cert` header is believed; empty believes none."""
    inbox_origin: str = ""
    """Origin that confirmations of webhooks are asked through, such as an outgoing gateway; empty asks each source."""
    outbound_loopback: bool = False
    """Whether webhooks and messages to peers may also go to plain HTTP on this machine; for development."""
    operator_key: str = ""
    """The operator's API key, the same for every server, best from the environment; empty means `admin.key`."""
    root_key: str = ""
    """Root key as 64 hex digits, best from the environment; empty means the file `root.key` in the data folder."""
    root_provider: Literal["file", "shamir", "pkcs11", "transit", "kms"] = "file"
    """Who holds the root key: a file, shares of it, a security module, OpenBao or Vault, a cloud's key service."""
    root_shares: str = ""
    """For shamir: files of the shares, parted by commas; all are written once, enough must be there at a start."""
    root_threshold: Annotated[int, msgspec.Meta(ge=2, le=255)] = 2
    """For shamir: how many shares give the root key."""
    pkcs11_module: str = ""
    """For pkcs11: the module's shared library, such as `/usr/lib/softhsm/libsofthsm2.so`."""
    pkcs11_token: str = ""
    """For pkcs11: label of the token."""
    pkcs11_pin: str = ""
    """For pkcs11: PIN of the token's user, best from the environment."""
    pkcs11_key: str = "sealane-root"
    """For pkcs11: label of the AES-256 key, made on first start."""
    transit_url: str = ""
    """For transit: address of OpenBao or Vault, such as `https://bao.example:8200`."""
    transit_token: str = ""
    """For transit: token that may encrypt and decrypt with the key, best from the environment."""
    transit_key: str = "sealane-root"
    """For transit: name of the key in the transit engine."""
    kms_key: str = ""
    """For kms: address of the key, `aws-kms://arn:...` or `gcp-kms://projects/...`."""
    kms_credentials: str = ""
    """For kms: file of credentials; empty means those of the machine."""
    erasure_horizon_days: Annotated[int, msgspec.Meta(ge=2, le=90)] = 7
    """Days after an erasure when no backup opens what was erased: backups of the keys are deleted a day earlier."""
    key_rotation_days: Annotated[int, msgspec.Meta(ge=0, le=3650)] = 90
    """Days after which a key, except for the root key, is replaced by itself; 0 leaves it to `sealane key rotate`."""
    proxy_hosts: str = ""
    """PSP addresses that the card proxy may call, parted by commas: `api.stripe.com, api.adyen.com:8443`."""
    proxy_ca: str = ""
    """File of certificates (PEM) that the card proxy trusts in place of the public ones; for PSPs with their own."""
    policy_forbids: str = ""
    """File of Cedar policies that forbid more than the need-to-know policy does; needs the extra `cedar`."""
    log_origin: str = ""
    """Name of the transparency log (C2SP checkpoint origin); empty means a random one made on first start."""
    log_witnesses: str = ""
    """Witnesses that cosign the log, each `URL NAME+ID+KEY` as it prints them, parted by commas or line ends."""
    log_quorum: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
    """How many of the witnesses must have cosigned a checkpoint; 0 means all of them."""
    rate_per_second: Positive = 2000.0
    """Requests a second that one party may send in the long run."""
    rate_burst: Positive = 8000.0
    """Requests that one party may send at once after a pause."""
    public_rate_per_second: Positive = 20.0
    """Requests a second that one client address may send to public routes."""
    max_body_bytes: Annotated[int, msgspec.Meta(ge=1024, le=1 << 30)] = 1 << 20
    """Largest body of one order or event."""
    max_batch_bytes: Annotated[int, msgspec.Meta(ge=1024, le=1 << 40)] = 1 << 30
    """Largest body of a batch; it is streamed, so memory stays bounded."""
    body_timeout_seconds: Positive = 20.0
    """Seconds after which a body that still comes in is refused."""
    model: str = ""
    """Model that judges: a file of `sealane risk train`, or `scorecard`; empty means the model that ships, where the
    extra `learning` is installed, and else the published scorecard."""
    challenger: str = ""
    """Model that scores everything in the shadow; its scores are kept beside the decisions and decide nothing."""
    review_claim_minutes: Annotated[int, msgspec.Meta(ge=1, le=10_080)] = 60
    """Minutes after which a claimed case goes back to the queue."""
    review_undo_seconds: Annotated[float, msgspec.Meta(ge=0, le=86_400)] = 10.0
    """Seconds in which closing a case can be undone; its verdict is recorded after them."""
    review_four_eyes_eur: Annotated[int, msgspec.Meta(ge=0)] = 1_000
    """Cases over orders worth this many euro or more are closed by two people."""
    oidc_issuer: str = ""
    """OpenID Connect provider that people may sign in at, such as `https://id.example`; empty means none."""
    oidc_client: str = ""
    """Id of this installation at the provider; its return address is `PUBLIC_URL/console/signin/provider/return`."""
    oidc_secret_file: str = ""
    """File of the client's secret, readable by its owner only; empty means a public client, which has PKCE alone."""
    oidc_scopes: str = "openid profile"
    """Scopes that are asked for, parted by blanks; some providers tell groups only when asked for them."""
    oidc_claim: str = "groups"
    """Claim of the identity token that tells a person's groups or roles."""
    oidc_roles: str = ""
    """Which group has which role here: `fraud-team=analyst, it=engineer, it=operator`; whoever has none is refused."""
    alliance_custodian: bool = False
    """Whether this installation holds one half of the alliance's keys and evaluates for its members."""
    alliance_register: bool = False
    """Whether this installation keeps the alliance's register of reported tags."""
    alliance_quota_per_day: Annotated[int, msgspec.Meta(ge=1)] = 50_000
    """Elements that one member may have evaluated on a day (UTC)."""
    grading_allow_private: bool = False
    """Whether shops on private and loopback addresses may be graded; for demos and tests, never on a public server."""
    grading_ca: str = ""
    """File of certificates (PEM) that grading trusts in place of the public ones; for shops with their own."""
    grading_browser: str = "auto"
    """Chromium that renders pages where a scan asks for it: a path, `auto` for the one installed, `none` for none."""
    grading_browser_sandbox: bool = True
    """Whether the browser keeps its sandbox; without it, run Sealane in a container that holds nothing else."""
    known_bad: str = ""
    """File of domains and links known to be fraud, one a line, as blocklists are written; empty means none."""
    known_good: str = ""
    """File of domains that are never called a lookalike, one a line; being in it proves nothing else."""
    stream: str = ""
    """Kafka topic that every notice goes to as well, `kafka://host:port,host:port/topic`; empty means none."""
    stream_options: str = ""
    """File of further settings of librdkafka as a JSON object, such as those of SASL and TLS."""
    traces: str = ""
    """Address of an OpenTelemetry collector, `http://127.0.0.1:4318`, that gets traces; empty sends none."""
    log_level: str = "info"
    """debug, info, warning or error."""


Origin = dict[str, str]
"""Where each setting came from: `default`, the file, the environment variable, or the flag."""


def load_settings(
    flags: Mapping[str, Any] | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    file: Path | None = None,
) -> tuple[Settings, Origin]:
    """Return the settings in force and where each came from.

    Raises:
        Misconfigured: for an unknown key (naming the nearest known one), a wrong value or an unreadable file.
    """
    environment = os.environ if environment is None else environment
    path = file or Path(environment.get("SEALANE_CONFIG", CONFIG_FILE))
    values: dict[str, Any] = {}
    origin: Origin = dict.fromkeys(Settings.__struct_fields__, "default")
    for source, layer in (
        (str(path), _from_file(path, required=file is not None or "SEALANE_CONFIG" in environment)),
        ("environment", _from_environment(environment)),
        ("flag", {key: value for key, value in (flags or {}).items() if value is not None}),
    ):
        for key, value in layer.items():
            _check_known(key, source)
            values[key] = value
            origin[key] = f"SEALANE_{key.upper()}" if source == "environment" else source
    try:
        return msgspec.convert(values, Settings, strict=False), origin
    except msgspec.ValidationError as refusal:
        raise Misconfigured(f"Setting refused: {refusal}.", remedy=_remedy(str(refusal), origin)) from None


def _from_file(path: Path, *, required: bool) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if required:
            raise Misconfigured(f"The configuration file {path} does not exist.") from None
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as refusal:
        raise Misconfigured(f"The configuration file {path} cannot be read: {refusal}.") from None


def _from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    reserved = {"SEALANE_CONFIG", "SEALANE_DEBUG"}
    return {
        name.removeprefix("SEALANE_").lower(): value
        for name, value in environment.items()
        if name.startswith("SEALANE_") and name not in reserved and not name.startswith("SEALANE_SHARED_")
    }


def _check_known(key: str, source: str) -> None:
    if key in Settings.__struct_fields__:
        return
    near = difflib.get_close_matches(key, Settings.__struct_fields__, n=1)
    advice = f"Did you mean `{near[0]}`?" if near else "See `sealane config explain` for all settings."
    raise Misconfigured(f"Unknown setting `{key}` in {source}.", remedy=advice)


def _remedy(refusal: str, origin: Origin) -> str:
    _, _, path = refusal.partition("`$.")
    key = path.rstrip("`")
    return f"Correct `{key}` in {origin.get(key, 'your configuration')}."
