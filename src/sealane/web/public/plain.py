"""Plain words for shoppers: what a field, a purpose and a scan are called by somebody who waits for a parcel."""

from sealane.web.public.language import ENGLISH, Language

__all__ = ["EVENTS", "EVERYTHING", "FIELDS", "FORMS", "PURPOSES", "field"]

FIELDS = {
    "name": "your name",
    "street": "your street",
    "unit": "your flat or unit",
    "postcode": "your postcode",
    "city": "your city",
    "region": "your region",
    "country": "your country",
    "phone": "your phone number",
    "email": "your e-mail address",
    "tax_id": "your tax or identity number",
    "card": "your card",
    "card_last4": "the last digits and brand of your card",
    "billing_address": "your billing address",
    "amount": "the amount you paid",
    "goods": "what you bought",
    "hs_code": "the customs code of the goods",
    "origin": "who sent the parcel",
    "weight": "the weight of the parcel",
    "tracking_number": "the tracking number",
    "ip": "your internet address",
    "device": "a mark of your device",
    "instructions": "your delivery notes",
    "proof_of_delivery": "the proof of delivery",
}
PURPOSES = {
    "pay": "to take the payment",
    "dispute": "to settle a dispute about the payment",
    "export": "to send the parcel abroad",
    "customs": "to clear the parcel through customs",
    "linehaul": "to carry the parcel between two hubs",
    "deliver": "to bring the parcel to your door",
    "collect": "to hand the parcel over at the pick-up point",
    "claim": "to settle a claim about the parcel",
    "supervise": "to check that the rules are kept",
    "access": "to give you a copy of your data",
}
EVENTS = {
    "consignment.label_created": "The shop has packed your parcel",
    "consignment.handed_over": "The carrier has your parcel",
    "consignment.export_departed": "Your parcel has left its country",
    "consignment.customs_held": "Customs is looking at your parcel",
    "consignment.customs_released": "Customs has let your parcel through",
    "consignment.arrived": "Your parcel has reached a hub",
    "consignment.out_for_delivery": "Your parcel is on its way to you",
    "consignment.delivery_attempted": "Somebody tried to deliver your parcel",
    "consignment.delivered": "Your parcel was delivered",
    "consignment.returned": "Your parcel goes back to the shop",
    "consignment.lost": "Your parcel was lost",
    "consignment.reroute_requested": "Somebody asked to send your parcel to another place",
}
EVERYTHING = "everything the shop keeps about this order"
FORMS = {
    "masked:initials": "{}: only the first letters",
    "masked:last4": "{}: only the last four digits",
    "masked:area": "{}: only the area",
    "masked:avs": "{}: only house number and postcode",
    "masked:category": "{}: only the kind of goods",
    "masked:country": "{}: only the country",
    "masked:network": "{}: only a part",
    "masked:outcome": "{}: only that it came, and when",
    "masked:size": "{}: only roughly",
    "masked:relay": "{}: as a code, so that nobody sees the number",
    "masked:alias": "{}: as a code, so that nobody sees the address",
    "masked:fingerprint": "{}: as a code that says nothing",
    "token": "{}: as a code that says nothing",
    "proxy": "{}: only to take the payment with",
}


def field(name: str, form: str, language: Language = ENGLISH) -> str:
    """Return what was seen, such as `your phone number: only the last four digits`."""
    return language.text(FORMS.get(form, "{}")).format(language.text(FIELDS.get(name, name)))
