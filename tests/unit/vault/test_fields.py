from orders import order
from sealane.model.personal import Sensitive
from sealane.vault.fields import collect
from vaults import request


def test_every_personal_field_stands_under_its_pointer() -> None:
    point = {"id": "L-7", "name": "Locker", "postcode": "1100", "country": "PT", "kind": "locker"}
    more = {"consignments__0__instructions": "Door 4711", "consignments__0__consignee__tax_id": "123.456.789-09"}
    found = collect(request(consignments__0__pickup_point=point, **more))
    assert found == {
        "/shopper/account": "a-77",
        "/shopper/name": "Ana Silva",
        "/shopper/email": "ana@example.com",
        "/shopper/phone": "+351912345678",
        "/shopper/ip": "203.0.113.9",
        "/shopper/device": "fp_5d1c",
        "/payment/billing_address/name": "Ana Silva",
        "/payment/billing_address/lines/0": "Rua Augusta 10",
        "/payment/billing_address/lines/1": "3 Dto",
        "/payment/billing_address/city": "Lisboa",
        "/payment/billing_address/postcode": "1100-053",
        "/consignments/0/consignee/name": "Ana Silva",
        "/consignments/0/consignee/lines/0": "Rua Augusta 10",
        "/consignments/0/consignee/lines/1": "3 Dto",
        "/consignments/0/consignee/city": "Lisboa",
        "/consignments/0/consignee/postcode": "1100-053",
        "/consignments/0/consignee/phone": "+351912345678",
        "/consignments/0/consignee/email": "ana@example.com",
        "/consignments/0/consignee/tax_id": "123.456.789-09",
        "/consignments/0/instructions": "Door 4711",
        "/consignments/0/shipper/name": "Shenzhen Bright Co",
        "/consignments/0/shipper/city": "Shenzhen",
        "/consignments/0/shipper/postcode": "518000",
        "/consignments/0/pickup_point/id": "L-7",
        "/consignments/0/pickup_point/name": "Locker",
        "/consignments/0/pickup_point/postcode": "1100",
    }


def test_what_is_absent_is_not_sealed() -> None:
    bare = {"consignee": {"country": "PT"}}
    found = collect(request(shopper={}, payment__billing_address=None, consignments=[bare, bare]))
    assert not found


def sensitive_values(record: object) -> int:
    if isinstance(record, Sensitive):
        return 1
    if isinstance(record, tuple):
        return sum(map(sensitive_values, record))
    return sum(sensitive_values(getattr(record, name)) for name in getattr(record, "__struct_fields__", ()))


def test_no_sensitive_value_of_a_request_is_forgotten() -> None:
    asked = request(consignments=[order()["consignments"][0]] * 3, payment__card={"token": "ct_1"})
    assert sensitive_values(asked) == len(collect(asked)) > 40
