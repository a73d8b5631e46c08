"""Passkeys: ask for one, enrol it, sign in with it. A challenge is random, good once and for five minutes."""

import json
from secrets import token_bytes

import msgspec

from sealane.flows.rooms import Rooms
from sealane.keys.passkeys import Answer, Site, read_new, verify_use
from sealane.keys.public import decode_base64url, encode_base64url
from sealane.keys.secrets import digest
from sealane.model.errors import NotAuthenticated, NotFound, SignatureInvalid
from sealane.storage.database import Transaction
from sealane.storage.people import passkeys, register

__all__ = ["Enrolment", "Proof", "challenge", "challenge_in", "enrol", "forget", "sign_in"]

_CHALLENGE = 32
_encode = msgspec.json.Encoder(order="deterministic").encode


class Enrolment(msgspec.Struct, frozen=True):
    """What the browser made: its own words about it, and the authenticator's."""

    client_data: bytes
    attestation: bytes


class Proof(msgspec.Struct, frozen=True):
    """What the browser answers to sign in: which passkey, and what it signed."""

    credential: bytes
    answer: Answer


def challenge(tx: Transaction, person_id: str | None) -> bytes:
    """Return a fresh challenge, to enrol a passkey of this person, or without one to sign in."""
    fresh = token_bytes(_CHALLENGE)
    passkeys.add_challenge(tx, _digest(fresh), person_id)
    return fresh


def enrol(rooms: Rooms, site: Site, person_id: str, made: Enrolment, tx: Transaction) -> None:
    """Keep a new passkey of a person who is signed in.

    Raises:
        NotFound: when its challenge is over.
        SignatureInvalid: when it is not for this site.
        InvalidInput: when it cannot be read.
        Conflict: when it is on record already.
    """
    asked = challenge_in(made.client_data)
    passkeys.spend_challenge(tx, _digest(asked), person_id)
    key = read_new(site, asked, made.client_data, made.attestation)
    passkeys.add(tx, passkeys.Passkey(key.credential, person_id, json.dumps(key.jwk), site.host, key.uses, tx.now_us))
    _note(rooms, "person.passkey_added", person_id, key.credential, tx)


def forget(rooms: Rooms, person_id: str, credential: bytes, tx: Transaction) -> None:
    """Forget a passkey of a person.

    Raises:
        NotFound: when they have no such passkey.
    """
    passkeys.remove(tx, person_id, credential)
    _note(rooms, "person.passkey_removed", person_id, credential, tx)


def sign_in(site: Site, proof: Proof, tx: Transaction) -> str:
    """Return the id of the person whose passkey answered.

    Raises:
        NotAuthenticated: whatever of it is wrong; which part it was helps nobody but a guesser.
    """
    refusal = NotAuthenticated("This passkey does not open the console.", remedy="Ask an operator for a sign-in link.")
    try:
        asked = challenge_in(proof.answer.client_data)
        passkeys.spend_challenge(tx, _digest(asked), None)
        passkey = passkeys.find(tx, proof.credential)
        uses = verify_use(site, asked, json.loads(passkey.jwk), proof.answer)
    except (NotFound, SignatureInvalid):
        raise refusal from None
    # An authenticator that counts must have counted on; one that went back was copied (section 6.1.1).
    is_copied = (uses or passkey.uses) and uses <= passkey.uses
    if passkey.host != site.host or is_copied or register.by_id(tx, passkey.person_id).left_us is not None:
        raise refusal
    passkeys.use(tx, proof.credential, uses)
    return passkey.person_id


def challenge_in(client_data: bytes) -> bytes:
    """Return the challenge that the browser says it answers.

    Raises:
        SignatureInvalid: when its words cannot be read.
    """
    try:
        return decode_base64url(json.loads(client_data)["challenge"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise SignatureInvalid("The browser's answer cannot be read.") from None


def _digest(secret: bytes) -> bytes:
    return digest(encode_base64url(secret))


def _note(rooms: Rooms, kind: str, person_id: str, credential: bytes, tx: Transaction) -> None:
    content = _encode({"person": person_id, "passkey": encode_base64url(credential)})
    rooms.log.append(tx, kind, order_id=None, content=content)
