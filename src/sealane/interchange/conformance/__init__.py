"""The conformance kit: good and bad webhooks of each source, made from the sources' own data, for any receiver.

    for vector in vectors("stripe", secret, now_us=clock(), path="/hooks"): ...

Nobody else publishes such vectors for carriers and PSPs; they need no Sealane at the other end.
"""
