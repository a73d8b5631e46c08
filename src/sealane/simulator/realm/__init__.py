"""The honest side of the world: lands, places, people, cards, networks, shops and carriers.

Nothing here knows of fraud. People and their addresses are put together from short lists of common names and real
towns; telephone numbers, network addresses and e-mail domains come from ranges that belong to nobody, where such
ranges exist.
"""
