"""The same suites, on the servers people run in containers."""
