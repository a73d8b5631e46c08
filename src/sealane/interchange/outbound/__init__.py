"""What goes out: endpoints of parties, signatures they can check, and where a message may be sent at all.

guard.check("https://hooks.shop.example/in")             # refused unless it is on the public internet
receivers.add(tx, party_id, Subscription(url, kinds))    # the secret, shown once
headers = receivers.sign(row, delivery_id, body, now_us=clock())
answer = await sender.post(row.url, headers, body)       # to the address that was checked, no redirects
"""
