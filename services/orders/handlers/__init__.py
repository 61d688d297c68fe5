"""Lambda entries: `api` answers HTTP requests, `relay` hands the outbox to the bus."""
