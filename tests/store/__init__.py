"""The store, on both databases it may be run on."""
