"""Tells customers what became of their orders, by e-mail, text message and webhook."""
