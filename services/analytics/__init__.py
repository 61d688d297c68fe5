"""Analytics: every event on the bus becomes a row that an analyst can ask SQL of."""
