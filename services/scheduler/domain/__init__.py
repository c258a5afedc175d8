"""The rules of scheduling: commands, state, decisions. Pure."""
