"""Tests of Trial Channel, from single rules to a person in front of a browser."""
