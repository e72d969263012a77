"""Trial Channel: a three-month trial before a department gets its own account."""

__version__ = "0.9.0"
"""The one place that says it: the package, the command line and the app read it here."""
