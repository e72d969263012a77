"""The week the tests live in: Mon 9 – Sun 15 Feb 2026, the sixth of the trial (index 5)."""

from datetime import date

LAST_FRIDAY = date(2026, 2, 6)
MON = date(2026, 2, 9)
TUE = date(2026, 2, 10)
WED = date(2026, 2, 11)
THU = date(2026, 2, 12)
FRI = date(2026, 2, 13)
SUN = date(2026, 2, 15)
NEXT_MON = date(2026, 2, 16)
END = date(2026, 4, 5)
"""The last day of the trial."""
