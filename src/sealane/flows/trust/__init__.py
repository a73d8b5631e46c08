"""Trust: what a shopper can check, from notices to the key that signs them."""
