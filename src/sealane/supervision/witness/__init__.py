"""Witnesses: others who sign a checkpoint only when it extends what they signed before (C2SP tlog-witness).

    cosignature   what a witness adds under a checkpoint, and how anyone checks it
    request       the body of `add-checkpoint`
    state         what a witness keeps: its key, each log's last checkpoint, evidence
    witness       the witness itself: a checkpoint in, a cosignature or a refusal out
    policy        whose cosignatures a log asks for, and how many it needs
    gathering     the log's side: asks the witnesses for each new checkpoint

A witness knows nothing of orders: it needs a key, a folder, and the key lines of the logs it watches.
"""

__all__: list[str] = []
