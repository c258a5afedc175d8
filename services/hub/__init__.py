"""The superior's desk: rules in force, work programmes and documents from above."""
