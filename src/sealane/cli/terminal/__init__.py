"""What every command shares: how it prints, how it fails, which folder it works on, and the server beside it."""
