"""The promised speed, measured as ratios of things that run side by side."""
