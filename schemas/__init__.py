"""The contracts: what an event is, one JSON Schema per event, and the models made from them."""
