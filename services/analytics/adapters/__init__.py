"""What analytics reads from outside itself: the contracts that ship with it."""
