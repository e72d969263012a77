"""What might have been and what may come: made-up trials, scored by the code of the real ones."""
