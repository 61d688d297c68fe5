"""Dead letters: who sends them where, why, and the way back."""
