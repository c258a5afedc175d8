"""What roster decides, pure."""
