"""The settings' page: name, variable, type, default and meaning, from the record itself."""

import msgspec
from msgspec import inspect as shapes

from pages.markdown import code, page, table
from pages.records import field_notes, words
from sealane.settings import SECRET_SETTINGS, Settings

__all__ = ["settings_page"]

_HEAD = """\
# Settings

A setting comes from, later ones winning: the default, `sealane.toml` in the working folder (or the file named by
`SEALANE_CONFIG`), the environment variable, the flag of a command. An unknown name is refused with the nearest known
one. `sealane config explain` shows what is in force and where it came from; secrets are hidden there."""
_EXAMPLE = """\
```toml
# sealane.toml
data_dir = "/var/lib/sealane"
port = 9000
```

`SEALANE_DEBUG=1` is no setting: it makes a command that fails unexpectedly print all it knows."""


def settings_page() -> str:
    """Return the page."""
    record = shapes.type_info(Settings)
    notes = field_notes(Settings)
    rows = [
        (
            code(field.name),
            code(f"SEALANE_{field.name.upper()}"),
            words(field.type, {}),
            code(msgspec.json.encode(field.default).decode()),
            notes[field.name] + (" Secret." if field.name in SECRET_SETTINGS else ""),
        )
        for field in (record.fields if isinstance(record, shapes.StructType) else ())
    ]
    return page(_HEAD, table(("setting", "environment", "type", "default", "meaning"), rows), _EXAMPLE)
