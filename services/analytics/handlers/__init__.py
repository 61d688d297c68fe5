"""Lambda entries: `transform` makes rows of the events that Firehose hands over."""
