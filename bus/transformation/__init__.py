"""Input transformation: what EventBridge's rules and its pipes have in common of it."""
