"""Settings: one frozen record, from `sealane.toml` < `SEALANE_*` environment < flags; nothing else reads those."""

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec

from sealane.model.errors import Misconfigured

__all__ = ["SECRET_SETTINGS", "Origin", "Settings", "load_settings"]

Positive = Annotated[float, msgspec.Meta(gt=0)]
SECRET_SETTINGS = frozenset({"root_key"})
CONFIG_FILE = "sealane.toml"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything an operator may choose; each default is safe on one machine."""

    data_dir: str = "sealane-data"
    """Folder of the database, keys and log; made on first start, readable by its owner only."""
    host: str = "127.0.0.1"
    """Address to listen on; loopback unless you put a TLS proxy in front."""
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8787
    """Port to listen on; 0 takes a free one."""
    public_url: str = ""
    """Address that people and parties reach this server under, when a proxy stands before it."""
    root_key: str = ""
    """Root key as 64 hex digits, best from the environment; empty means the file `root.key` in the data folder."""
    log_origin: str = ""
    """Name of the transparency log (C2SP checkpoint origin); empty means a random one made on first start."""
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
