"""Evidence packs: what the log holds about one party in one period, in one file that verifies without a server.

pack = assemble(about, claims, proofs)            the body: lines of JSON
whole = seal(body, opening)                       with the log's word for it on top and a checksum below
verify_pack(whole, vkey)                          the check: every claim, every proof, every byte
"""
