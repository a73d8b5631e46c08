"""Words that the code has no place for: what each kind and attribute means to whoever reports it.

A kind or an attribute without its words here stops the generator.
"""

__all__ = ["ATTRIBUTES", "KINDS", "NOTICES"]

KINDS = {
    "payment.authorized": "The issuer reserved the amount.",
    "payment.failed_attempt": "An attempt to pay was declined.",
    "payment.captured": "The amount was collected.",
    "payment.refunded": "Money went back to the payer.",
    "payment.chargeback": "The issuer took the money back; the reason code says why.",
    "consignment.label_created": "The waybill was made; the parcel may go, wait or be cancelled.",
    "consignment.handed_over": "The carrier has the parcel.",
    "consignment.export_departed": "The parcel left the country of export.",
    "consignment.customs_held": "Customs holds the parcel.",
    "consignment.customs_released": "Customs released the parcel.",
    "consignment.arrived": "The parcel arrived in the country of destination.",
    "consignment.out_for_delivery": "The parcel is on the last mile.",
    "consignment.delivery_attempted": "Delivery was tried without success.",
    "consignment.delivered": "The parcel was handed to the consignee.",
    "consignment.returned": "The parcel went back to the shipper.",
    "consignment.lost": "The carrier gave the parcel up.",
    "consignment.reroute_requested": "Somebody asks for delivery to another place.",
    "payout.requested": "The merchant asks for its money.",
    "claim.opened": "The shopper complains, returns or wants money back.",
    "account.changed": "The shopper's account data changed; `field` says which.",
    "verdict.recorded": "It became known whether the order was fraud; `verdict` says so.",
}
ATTRIBUTES = {
    "new_address": "Where a reroute shall go.",
    "pickup_point": "The locker, shop or depot where a reroute shall go.",
    "requested_by": "The contact that asked, as for a reroute.",
    "location": "Where a scan happened; degrees are WGS 84.",
    "courier": "Who carried the parcel on the last mile.",
    "depot": "The depot of a scan.",
    "signature": "Proof of delivery.",
    "photo": "Proof of delivery.",
    "weight_grams": "The weight that the carrier measured.",
    "reason_code": "Why, as for a chargeback or a declined attempt.",
    "tracking_number": "The waybill's number; a label binds it to its consignment.",
    "amount": "The money that the event is about.",
    "claim": "What is claimed.",
    "verdict": "The truth about the order.",
    "field": "What changed in the account.",
}
NOTICES = {
    "event.recorded": (
        "the [event](api.md#eventbody) as stored, without personal values",
        "[EventResult](api.md#eventresult)",
    ),
    "order.decided": ("the decision's canonical record, from which it can be replayed", "[Decision](api.md#decision)"),
}
