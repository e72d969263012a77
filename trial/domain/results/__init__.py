"""What is computed, as frozen values that every room may name: nothing here computes."""
