"""Measurements: each figure beside a named baseline of the same run, never asserted in tests (``make bench``)."""
