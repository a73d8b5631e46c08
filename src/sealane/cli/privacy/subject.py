"""`sealane subject`: what is stored of a shopper, who saw it, and its end."""

import typer

from sealane.cli.privacy import erasing, seeing

__all__ = ["app"]

app = typer.Typer(
    help="Subjects: seen, export, erase, hold, lift, verify.", rich_markup_mode="markdown", no_args_is_help=True
)
seeing.register(app)
erasing.register(app)
