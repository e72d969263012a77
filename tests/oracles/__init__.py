"""Other ways to the same numbers, and rivals of the score: for tests and for whoever fits data."""
