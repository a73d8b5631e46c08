"""Peers: other installations that messages go to and come from, each signed, each answered by a signed receipt.

document = read_discovery(body, origin)      # /.well-known/sealane-exchange of the other side
verify_receipt(call, reply, document.receipt_key)
"""
