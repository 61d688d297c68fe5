"""What analytics knows of the outside: the contracts that ship with it, claim checks, and where the rejected go."""
