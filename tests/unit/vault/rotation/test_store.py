from sealane.vault.rotation import store
from vaults import Lane, card, request


def test_a_task_remembers_how_far_it_is(lane: Lane) -> None:
    lane.seal()
    lane.database.run(lambda tx: store.begin_task(tx, "t"))
    lane.database.run(lambda tx: store.keep_task(tx, "t", 1))
    with lane.database.reader() as conn:
        assert store.task(conn, "t") == (1, 1)
    lane.database.run(lambda tx: store.begin_task(tx, "t"))
    assert lane.database.run(lambda tx: store.task_in(tx, "t")) == (0, 1)
    lane.database.run(lambda tx: store.end_task(tx, "t"))
    assert lane.database.run(lambda tx: store.task_in(tx, "t")) is None


def test_shoppers_and_cards_are_told_apart(lane: Lane) -> None:
    shopper, token = lane.seal(request()).subject_id, lane.add_card(card()).token
    everything = store.Task(0, 1 << 40)
    for kind, name in (("pii", shopper), ("card", token)):
        found = lane.database.run(lambda tx, kind=kind: store.subjects_up_to(tx, kind, everything, 9))
        assert [row.subject_id for row in found] == [name]


def test_doomed_numbers_are_no_task_of_another_name(lane: Lane) -> None:
    lane.database.run(lambda tx: [store.doom(tx, number) for number in (5, 7, 5)] and None)
    with lane.database.reader() as conn:
        assert sorted(store.doomed_numbers(conn)) == [5, 7]
    lane.database.run(lambda tx: store.forget_doomed(tx, [5]))
    with lane.database.reader() as conn:
        assert store.doomed_numbers(conn) == [7]
