"""Between the logs: outbox, streams, feed, intake, and the clock that turns due moments into commands."""
