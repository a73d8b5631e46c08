"""The words of the Core Business Vocabulary (CBV 2.0) that our kinds of events have."""

from sealane.model.event import EventKind

__all__ = ["KINDS", "WORDS"]

WORDS: dict[EventKind, tuple[str, str]] = {
    "consignment.label_created": ("commissioning", "active"),
    "consignment.handed_over": ("shipping", "in_transit"),
    "consignment.export_departed": ("departing", "in_transit"),
    "consignment.customs_held": ("holding", "non_sellable_other"),
    "consignment.customs_released": ("entering_exiting", "in_transit"),
    "consignment.arrived": ("arriving", "in_progress"),
    "consignment.out_for_delivery": ("transporting", "in_transit"),
    "consignment.delivery_attempted": ("inspecting", "partially_dispensed"),
    "consignment.delivered": ("receiving", "in_progress"),
    "consignment.returned": ("receiving", "returned"),
    "consignment.lost": ("inspecting", "unknown"),
}
"""Business step and disposition of each kind, as written."""

KINDS: dict[tuple[str, str], EventKind] = {words: kind for kind, words in WORDS.items()} | {
    ("shipping", ""): "consignment.handed_over",
    ("departing", ""): "consignment.export_departed",
    ("holding", ""): "consignment.customs_held",
    ("arriving", ""): "consignment.arrived",
    ("transporting", ""): "consignment.out_for_delivery",
    ("receiving", ""): "consignment.delivered",
    ("accepting", ""): "consignment.delivered",
    ("loading", ""): "consignment.handed_over",
}
"""The kind of each pair as read; a step alone means its usual kind."""
