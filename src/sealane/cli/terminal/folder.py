"""The data folder a command works on: opened here, or reached through the server that holds it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from sealane.model.errors import NotFound
from sealane.settings import Settings, load_settings
from sealane.storage.database import DATABASE_FILE, open_readers

__all__ = ["DataDir", "folder_of", "reading", "settings_of"]

DataDir = Annotated[
    str | None,
    typer.Option("--data-dir", metavar="DIR", help="The data folder (default: SEALANE_DATA_DIR or ./sealane-data)."),
]
"""The option that every verb with a store has."""


def settings_of(data_dir: str | None, **flags: Any) -> Settings:
    """Return the settings in force under these flags.

    Raises:
        Misconfigured: when a setting is unknown or wrong.
    """
    return load_settings({"data_dir": data_dir, **flags})[0]


def folder_of(data_dir: str | None) -> Path:
    """Return the data folder in force.

    Raises:
        Misconfigured: when a setting is unknown or wrong.
    """
    return Path(settings_of(data_dir).data_dir)


@contextmanager
def reading(data_dir: str | None) -> Iterator[Any]:
    """Lend a read-only connection to the folder's database; a running server is not disturbed.

    Raises:
        NotFound: when the folder holds no database yet.
        Misconfigured: when the database is of another release.
    """
    settings = settings_of(data_dir)
    folder = Path(settings.data_dir)
    if not settings.database and not (folder / DATABASE_FILE).exists():
        raise NotFound(
            f"There is no Sealane database in {folder}.",
            remedy="Name the folder with --data-dir, or fill one: sealane order import FILE --merchant NAME",
        )
    readers = open_readers(folder, settings.database)
    try:
        with readers.borrow() as connection:
            yield connection
    finally:
        readers.close()
