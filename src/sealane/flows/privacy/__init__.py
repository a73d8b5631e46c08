"""Privacy: grants and what is redeemed with them, waybills that carry no address, and what a shopper is told."""
