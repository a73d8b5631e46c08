from vaults import Lane, card, request


def rotate(lane: Lane) -> None:
    lane.vault.rotation.begin(["index"])
    lane.vault.rotation.upkeep.run()


def test_shoppers_and_cards_are_found_again_under_the_new_index_key(lane: Lane) -> None:
    by_account = lane.seal(request(shopper__account="a-1"))
    by_email = lane.seal(request(shopper__account=None))
    token = lane.add_card(card())
    before = {identity for (identity,) in lane.query("SELECT identity FROM vault_subject")}
    rotate(lane)
    after = {identity for (identity,) in lane.query("SELECT identity FROM vault_subject")}
    assert before.isdisjoint(after)
    assert lane.ring.blinder_versions("subjects") == (2,), "the old key is destroyed"
    lane.reopen()
    assert lane.seal(request(shopper__account="a-1")).subject_id == by_account.subject_id
    assert lane.seal(request(shopper__account=None)).subject_id == by_email.subject_id
    assert lane.add_card(card()) == token, "the fingerprint does not change either"


def test_shoppers_are_found_while_the_work_is_only_begun(lane: Lane) -> None:
    first = lane.seal(request(shopper__account="a-1"))
    lane.vault.rotation.begin(["index"])
    lane.reopen()
    assert lane.seal(request(shopper__account="a-1")).subject_id == first.subject_id
    second = lane.seal(request(shopper__account="a-2"))
    lane.vault.rotation.upkeep.run()
    assert lane.ring.blinder_versions("subjects") == (2,)
    assert lane.seal(request(shopper__account="a-1")).subject_id == first.subject_id
    assert lane.seal(request(shopper__account="a-2")).subject_id == second.subject_id


def test_whoever_cannot_be_read_is_not_found_either(lane: Lane) -> None:
    seal = lane.seal(request(shopper__account="a-1"))
    lane.change("UPDATE vault_record SET body = x'80'")
    rotate(lane)
    assert lane.query("SELECT identity FROM vault_subject WHERE subject_id = ?", seal.subject_id) == [(None,)]
