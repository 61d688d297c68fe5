"""`bus rules`: event patterns, tried and put into English."""
