"""Organisations, members, roles, charters, and the keys of people's private text."""
