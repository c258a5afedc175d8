"""What every service runs on: its process, its HTTP side, and its links to the others."""
