"""Where the root key comes from: a file, shares of it, a security module, a key server, a cloud's key service."""
