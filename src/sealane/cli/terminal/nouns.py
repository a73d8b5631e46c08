"""The table of nouns, each loaded only when it is called: checking a proof need not load a web server."""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

__all__ = ["NOUNS", "Deferred", "Nouns"]

NOUNS = {
    "serve": ("serve", "Serve the API, the console and the public pages."),
    "demo": ("demo", "Serve a made-up world, for looking around."),
    "doctor": ("doctor", "Check whether this machine and folder are fit."),
    "config": ("config", "Explain each setting and where it came from."),
    "order": ("order", "Import, assess, show and explain orders."),
    "case": ("review.case", "Work the review queue: list, show, claim, close, represent."),
    "rules": ("rules", "List, check and publish rules."),
    "policy": ("privacy.policy", "Need-to-know policy: exposure, cells with their law, and what a change changes."),
    "waybill": ("privacy.waybill", "Draw a label without an address; lint any label."),
    "subject": ("privacy.subject", "What is stored of a shopper, who saw it, and its end."),
    "key": ("privacy.key", "List and rotate keys, list the ciphers in use."),
    "backup": ("privacy.backup", "Back up the data, and the keys apart from them."),
    "restore": ("privacy.restore", "Put a backup back; erasures made since hold."),
    "migrate": ("growing.migrate", "Move to a PostgreSQL server, or back."),
    "archive": ("growing.archive", "Hand history to other tools as Parquet files, without personal values."),
    "log": ("log", "Checkpoint, proofs, and their verification."),
    "inbox": ("exchange.inbox", "Webhooks of PSPs and carriers: sources, endpoints, messages."),
    "check": ("check", "Say whether a link, message, number or shop is genuine."),
    "track": ("track", "Say whose tracking number this is."),
    "alliance": ("trust.alliance", "Ask other members about a thing, without naming it."),
    "grade": ("trust.grade", "Grade a shop's checkout from A+ to F, and say what to put right."),
    "page": ("trust.page", "Watch a payment page, authorise its scripts, hear of changes, export evidence."),
    "shield": ("trust.shield", "Registry of official domains, and whose keys sign notices."),
    "risk": ("learning.risk", "Train, evaluate and backtest the judgement of risk."),
    "handbook": ("learning.handbook", "Run the public benchmark and print its table beside the book's."),
    "control": ("oversight.control", "Run the controls of law and scheme, export what they found."),
    "incident": ("oversight.incident", "Open incidents, see their legal clocks, draft reports."),
    "rates": ("oversight.rates", "Official fraud rates and their early warnings."),
    "evidence": ("oversight.evidence", "Build and verify evidence packs."),
    "listen": ("exchange.listen", "Receive webhooks on this machine, verify and print them."),
    "trigger": ("exchange.trigger", "Send a test webhook and say what the receiver answered."),
    "webhook": ("exchange.webhook", "Endpoints for webhooks, their deliveries and dead letters."),
    "peer": ("exchange.peer", "Other installations that messages are exchanged with."),
    "match": ("exchange.match", "Where order, payment and waybill contradict each other."),
    "conformance": ("exchange.conformance", "Vectors of webhook security, run against any receiver."),
    "simulate": ("simulate", "Write a made-up world to files."),
}
"""What there is: each noun with its module in `sealane.cli` and its summary, in the order of the help."""


class Deferred(TyperCommand):
    """A noun by name and summary; the rest is loaded when it is called."""

    def load(self) -> Any:
        """Return the whole command: the module's `app`, or its one function."""
        module = import_module(f"sealane.cli.{NOUNS[str(self.name)][0]}")
        group = getattr(module, "app", None)
        if group is not None:
            return _for_people(typer.main.get_group(group))
        single = typer.Typer(rich_markup_mode="markdown", pretty_exceptions_enable=False, add_completion=False)
        single.command(self.name)(getattr(module, "command", None) or getattr(module, str(self.name)))
        return _for_people(typer.main.get_command(single))

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Load the command and let it read its own arguments."""
        return self.load().make_context(info_name, args, parent, **extra)


class Nouns(TyperGroup):
    """The root: its commands are those of the table."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the signature is Typer's
        """Return the nouns in the order of the table."""
        return list(NOUNS)

    def get_command(self, ctx: Any, cmd_name: str) -> Deferred | None:  # noqa: ARG002 - the signature is Typer's
        """Return the noun, if there is such a one."""
        noun = NOUNS.get(cmd_name)
        return None if noun is None else Deferred(cmd_name, help=noun[1])


def _for_people(command: Any) -> Any:
    """Return the command, its help without what the docstring tells programmers."""
    command.help = (command.help or "").partition("\n\nRaises:")[0]
    for verb in getattr(command, "commands", {}).values():
        _for_people(verb)
    return command
