"""What every service speaks; knows no service."""
