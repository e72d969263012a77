"""From facts to a verdict: arrays in, one row a trial, the same path for one and for many."""
