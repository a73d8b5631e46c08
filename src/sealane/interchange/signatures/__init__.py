"""Signed calls: HTTP Message Signatures (RFC 9421) over Content-Digest (RFC 9530), read by a strict profile.

    proof = verify_call(message, keys, now_us=clock())     # who signed, and what stands for this one signature
    tx flow: nonces.claim(tx, proof)                       # the same message never counts twice
    receipt = Receipts(signer).sign(message, status, headers, body)

DPoP proofs (RFC 9449) and certificates (RFC 8705) bind API keys to a key pair in the same way.
"""
