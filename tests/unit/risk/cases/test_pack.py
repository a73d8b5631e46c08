"""The pack on paper: a PDF, whatever script the merchant's reference is in, and the same for the same evidence."""

from typing import Any

from sealane.risk.cases.pack import print_pack
from sealane.risk.room import Risk
from sealane.storage import orderbook
from sealane.storage.database import Database

START_US = 1_790_000_000_000_000


def test_a_pack_prints(database: Database, risk: Risk, place: Any, make_event: Any) -> None:
    place(START_US - 200 * 86_400_000_000)
    order, _ = place(START_US, reference="Заказ № 5 \N{SPARKLES}")
    dispute = make_event(order, "payment.chargeback", START_US + 5, reason_code="13.1")
    delivery = make_event(order, "consignment.delivered", START_US + 4, has_signature=True)
    for event in (delivery, dispute):
        database.run(lambda tx, event=event: orderbook.add_event(tx, event))
    case = database.run(lambda tx: risk.cases.contest(tx, order, dispute))
    with database.reader() as conn:
        pack = risk.representment(conn, case.case_id)
    assert pack.has_delivery_proof
    printed = print_pack(pack)
    assert printed.startswith(b"%PDF-")
    assert printed == print_pack(pack)
