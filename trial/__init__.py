"""Trial Channel: a three-month trial before a department gets its own account."""
