"""One package per service, each with the same rooms; none imports another."""
