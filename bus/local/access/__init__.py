"""Who calls, and whether they may: signatures and policies."""
