"""The meeting as it happens: attendance, opinions, votes, conclusions, assignments, adoption."""
