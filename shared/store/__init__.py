"""The log and the read models of one service: SQLite by default, PostgreSQL alike."""
