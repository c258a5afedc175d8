"""Scheduler: meetings until they open, their notices, the briefing rotation, the work programme."""
