"""The three-way match: order, payment and waybill, compared as customs compares them.

    for mismatch in match(order, events, TERMS): ...

It is a pure function over what is stored, so it can be run again over the past with the same result.
"""
