"""Tests through a real browser: what a person sees and does, on a phone, a desk, in the meeting."""
