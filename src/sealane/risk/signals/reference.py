"""The reference page of all signals, generated from their declarations."""

from sealane.risk.signals import ALL
from sealane.risk.signals.declaration import (
    Differs,
    Distance,
    Earliest,
    Ever,
    Form,
    Gap,
    Keyed,
    Latest,
    Novel,
    Present,
    Ratio,
    Since,
    Value,
    Window,
    kind_of,
)
from sealane.risk.signals.series import SERIES

__all__ = ["reference_markdown"]

_HEAD = """\
# Signals

What Sealane knows how to say about an order. Each signal is declared once; this page, the code that reads it and the
rules that use it all come from that declaration. A window `[T - width, T)` holds what was *learned* before the moment
T of the question, exact to the microsecond. A signal whose input is missing is unknown: never 0, never false.
Amounts are euro cents at fixed reference rates, used for comparison only.
"""
_SIDES = {"payment": "Payment side", "consignment": "Consignment side", "joint": "Both sides together"}


def reference_markdown() -> str:
    """Return the reference page as Markdown, one table a side."""
    parts = [_HEAD]
    for side, title in _SIDES.items():
        rows = [_row(signal) for signal in ALL.signals if signal.side == side]
        head = "| signal | says | type, unit | read from | stages |\n|---|---|---|---|---|"
        parts.append(f"## {title} ({len(rows)})\n\n{head}\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def _row(signal: Form) -> str:
    """Return one signal's line of the table."""
    kind = kind_of(signal.unit)
    unit = kind if kind in {"bool", "duration"} else f"{kind}, {signal.unit}"
    return f"| `{signal.name}` | {signal.text} | {unit} | {_source(signal)} | {', '.join(signal.stages)} |"


def _source(signal: Form) -> str:
    """Return in words what a signal is read from."""
    if isinstance(signal, Keyed):
        return _keyed(signal)
    if isinstance(signal, Value):
        return f"`{signal.field}`"
    if isinstance(signal, Present):
        return f"whether `{signal.field}` is given"
    if isinstance(signal, Differs | Distance):
        return f"`{signal.left}` and `{signal.right}`"
    if isinstance(signal, Ratio):
        return f"`{signal.over}` / `{signal.under}`"
    if isinstance(signal, Gap):
        return f"`{signal.end}` minus `{signal.start}`"
    raise TypeError(signal)


def _keyed(signal: Keyed) -> str:
    """Return in words what a signal with history is read from."""
    key = " x ".join(f"`{field}`" for field in signal.by)
    asked = f" asked at {' x '.join(f'`{field}`' for field in signal.at)}" if signal.at else ""
    of = f"{SERIES[signal.of].text} by {key}{asked}"
    if isinstance(signal, Window):
        words = {"count": "count", "sum": f"sum of `{signal.field}`", "mean": f"mean of `{signal.field}`"}
        what = words.get(signal.take, f"{signal.take} `{signal.field}`")
        return f"{what} of {of}, {signal.width}"
    if isinstance(signal, Novel):
        return f"`{signal.value or signal.field}` among `{signal.field}` of {of}, {signal.width}"
    if isinstance(signal, Since):
        return f"{signal.take} of {of}"
    if isinstance(signal, Ever):
        return f"any of {of}"
    if isinstance(signal, Latest):
        return f"latest `{signal.field}` of {of}"
    if isinstance(signal, Earliest):
        return f"`{signal.until}` minus the first occurrence of {of}"
    raise TypeError(signal)
