"""What the superior's desk decides."""
