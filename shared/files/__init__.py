"""Files beside the facts: scans of old minutes, attachments, signed documents; encrypted, hashed, examined."""
