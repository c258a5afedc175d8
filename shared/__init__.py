"""What every service speaks: facts, the store, the streams and the rules; it knows no service."""
