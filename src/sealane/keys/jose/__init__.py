"""JOSE (RFC 7515, RFC 7516): signatures and encrypted bodies of others, read strictly."""
