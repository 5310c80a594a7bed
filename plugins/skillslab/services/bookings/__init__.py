"""Places: who gets one, who waits for one, and what they must have before."""
