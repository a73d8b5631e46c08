"""The built-in formats against rows as the exports write them; all people in them are made up."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from sealane.cli.imports.formats import FORMATS, built_in, recognise
from sealane.cli.imports.plan import Plan
from sealane.cli.imports.rows.sheet import open_sheet
from sealane.cli.imports.tabular import plan_table
from sealane.model.errors import Misconfigured

SHOPIFY = [
    {
        "Name": "#1001", "Email": "ana@example.com", "Financial Status": "paid",
        "Paid at": "2026-03-02 10:00:05 +0100",
        "Fulfillment Status": "fulfilled", "Fulfilled at": "2026-03-03 09:00:00 +0100", "Currency": "EUR",
        "Total": "1,054.50", "Shipping Method": "Express", "Created at": "2026-03-02 10:00:00 +0100",
        "Lineitem quantity": "3", "Lineitem name": "Lamp", "Lineitem price": "34.90", "Lineitem sku": "L-1",
        "Billing Name": "Ana Silva", "Billing Address1": "Rua Augusta 10", "Billing Address2": "3 Dto",
        "Billing City": "Lisboa", "Billing Zip": "'1100-053", "Billing Country": "PT",
        "Billing Phone": "'+351912345678",
        "Shipping Name": "Ana Silva", "Shipping Address1": "Rua Augusta 10", "Shipping City": "Lisboa",
        "Shipping Zip": "'1100-053", "Shipping Country": "PT", "Payment Method": "Shopify Payments",
        "Payment ID": "rIw4", "Source": "web", "Risk Level": "Low",
    },
    {"Name": "#1001", "Email": "ana@example.com", "Lineitem quantity": "1", "Lineitem name": "Bulb",
     "Lineitem price": "4.00"},
    {
        "Name": "#1000", "Financial Status": "pending", "Currency": "EUR", "Total": "20.00",
        "Created at": "2026-03-01 10:00:00 +0100", "Lineitem quantity": "1", "Lineitem name": "E-book",
        "Lineitem price": "20.00", "Payment Method": "Cash on Delivery (COD)", "Source": "1234",
    },
]  # fmt: skip
WOO_CODES = [
    {
        "order_id": "77", "order_number": "77", "order_date": "2026-03-02 10:00:00",
        "paid_date": "2026-03-02 10:01:00",
        "status": "completed", "order_total": "59.00", "order_currency": "GBP", "payment_method": "bacs",
        "transaction_id": "t-1", "customer_ip_address": "203.0.113.9", "billing_first_name": "Bo",
        "billing_last_name": "Berg", "billing_email": "bo@example.com", "billing_address_1": "1 High St",
        "billing_city": "Leeds", "billing_postcode": "LS1 1AA", "billing_country": "GB",
        "shipping_country": "",
    },
    {"order_id": "78", "order_number": "78", "order_date": "2026-03-03 10:00:00", "status": "failed",
     "order_total": "1"},
]  # fmt: skip
WOO_TITLES = [
    {
        "Order Number": "88", "Order Status": "Completed", "Order Date": "2026-03-02 10:00",
        "Order Total Amount": "15.00",
        "First Name (Billing)": "Bo", "Last Name (Billing)": "Berg", "Country Code (Billing)": "US",
        "Email (Billing)": "bo@example.com", "Country Code (Shipping)": "CA", "SKU": "S", "Name": "Cup",
        "Quantity": "2", "Item Cost": "7.50", "Payment Method Title": "PayPal", "Currency": "USD",
    },
]  # fmt: skip
STRIPE = [
    {
        "id": "ch_1", "Created (UTC)": "2026-03-02 10:00", "Amount": "19.00", "Amount Refunded": "5.00",
        "Refunded date (UTC)": "2026-03-09 08:00", "Currency": "usd", "Status": "Refunded", "Captured": "true",
        "Customer ID": "cus_1", "Customer Email": "bo@example.com", "Card Last4": "0042", "Card Brand": "Visa",
        "Card Funding": "credit", "Card Name": "Bo Berg", "Card Address Zip": "10001", "Card Issue Country": "US",
        "Card Fingerprint": "fpr", "Card CVC Status": "pass", "Card AVS Line1 Status": "pass",
        "Card AVS Zip Status": "fail", "Disputed Amount": "14.00", "Dispute Date (UTC)": "2026-04-01 10:00",
        "Dispute Reason": "fraudulent", "Payment Source Type": "card", "PaymentIntent ID": "pi_1",
        "Shipping Name": "Bo Berg", "Shipping Address Line1": "5 Main St", "Shipping Address Country": "US",
        "order_id (metadata)": "SO-5",
    },
    {"id": "ch_2", "Created (UTC)": "2026-03-02 10:00", "Amount": "19.00", "Currency": "usd", "Status": "Failed"},
    {"id": "ch_3", "Created (UTC)": "2026-03-02 11:00", "Amount": "500", "Currency": "jpy", "Status": "Paid"},
]  # fmt: skip


def write(tmp_path: Path, rows: list[dict[str, str]]) -> Path:
    path = tmp_path / "export.csv"
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


def planned(tmp_path: Path, rows: list[dict[str, str]]) -> tuple[Plan, dict[str, Any]]:
    path = write(tmp_path, rows)
    name = recognise(open_sheet(path).columns)
    assert name is not None
    plan = plan_table(path, built_in(name), name)
    return plan, {item.name: json.loads(item.body) for item in plan.items}


def test_shopify_orders_of_several_lines(tmp_path: Path) -> None:
    plan, bodies = planned(tmp_path, SHOPIFY)
    assert (plan.orders, plan.refusals) == (2, {})
    lamp = bodies["#1001"]
    assert lamp["placed_at"] == "2026-03-02T09:00:00Z"
    assert lamp["payment"]["amount"] == {"amount_minor": 105450, "currency": "EUR"}
    assert lamp["payment"]["method"] == "card"
    assert lamp["payment"]["billing_address"]["postcode"] == "1100-053"
    assert lamp["shopper"]["phone"] == "+351912345678"
    (consignment,) = lamp["consignments"]
    assert [item["quantity"] for item in consignment["items"]] == [3, 1]
    book = bodies["#1000"]
    assert (book["payment"]["method"], book["consignments"]) == ("cash_on_delivery", []), "nothing is shipped"
    assert "billing_address" not in book["payment"]
    assert {"#1001/payment.captured", "#1001/consignment.handed_over"} < set(bodies)


def test_woocommerce_by_code_names(tmp_path: Path) -> None:
    plan, bodies = planned(tmp_path, WOO_CODES)
    assert plan.skipped == {"the order was never paid": 1}
    body = bodies["77"]
    assert body["payment"]["amount"] == {"amount_minor": 5900, "currency": "GBP"}
    assert body["payment"]["method"] == "bank_transfer"
    assert body["shopper"]["name"] == "Bo Berg"
    assert body["consignments"][0]["consignee"]["country"] == "GB"
    assert bodies["77/payment.captured"]["occurred_at"] == "2026-03-02T10:01:00Z"


def test_woocommerce_by_titles(tmp_path: Path) -> None:
    _, bodies = planned(tmp_path, WOO_TITLES)
    body = bodies["88"]
    assert body["payment"]["method"] == "wallet"
    assert body["consignments"][0]["consignee"]["country"] == "CA"
    assert body["consignments"][0]["items"][0]["unit_price"] == {"amount_minor": 750, "currency": "USD"}


def test_stripe_payments_with_refund_and_dispute(tmp_path: Path) -> None:
    plan, bodies = planned(tmp_path, STRIPE)
    assert plan.skipped == {"the payment did not succeed": 1}
    assert plan.refusals == {}
    body = bodies["SO-5"]
    assert body["payment"]["card"] == {
        "fingerprint": "fpr", "last4": "0042", "brand": "Visa", "country": "US", "funding": "credit",
    }  # fmt: skip
    assert (body["payment"]["avs"], body["payment"]["cvc"]) == ("A", "M")
    assert body["payment"]["amount"] == {"amount_minor": 1900, "currency": "USD"}
    assert bodies["SO-5/payment.refunded"]["attributes"] == {"amount": {"amount_minor": 500, "currency": "USD"}}
    assert bodies["SO-5/payment.chargeback"]["attributes"]["reason_code"] == "fraudulent"
    assert bodies["ch_3"]["payment"]["amount"] == {"amount_minor": 500, "currency": "JPY"}


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_is_not_this_export_is_refused_before_any_row(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, [{"id": "1", "amount": "2"}])
    assert recognise(open_sheet(path).columns) is None
    with pytest.raises(Misconfigured, match=built_in(name).title):
        plan_table(path, built_in(name), name)
