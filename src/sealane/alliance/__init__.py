"""Alliance: members ask each other whether a thing is known bad, without telling anyone which thing.

A member blinds a phone number, two custodians evaluate the blinded element under the two halves of a key and prove it
(RFC 9497), the member adds the halves and unblinds: the result is a tag that nobody can compute alone and nobody can
turn back. Bad things are kept in the register by their tags only, and the register is matched at the member's own
desk, so that no server learns a value, a tag that was asked for, or a hit.

    alliance = Alliance.open(database, ring, folder)
    alliance.custodian.evaluate(tx, party_id, request)       # when this installation is a custodian
    alliance.register.report(tx, party_id, request)          # when it keeps the register
    member = Member(links, matching)                         # when it asks
    member.look_up([canonical("phone", "+351 912 345 678")], purpose="checkout", case="SO-1")
"""

from sealane.alliance.custodian import Custodian
from sealane.alliance.epochs import epoch_of, live_epochs
from sealane.alliance.inputs import Input, canonical
from sealane.alliance.member import Member
from sealane.alliance.register import Register
from sealane.alliance.room import Alliance

__all__ = ["Alliance", "Custodian", "Input", "Member", "Register", "canonical", "epoch_of", "live_epochs"]
