"""The facts: one file per noun, in life order."""
