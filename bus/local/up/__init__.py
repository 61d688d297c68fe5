"""`bus up`: the plane under the real clock, journaled, behind its endpoint."""
