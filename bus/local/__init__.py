"""The event plane: events move, retry, fail and come back as AWS documents it, on one machine."""
