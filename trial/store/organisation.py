"""Reading, founding and locking the one organisation."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from trial.store.tables import Organisation, SetUpCode, Table
from trial.store.unit_of_work import UnitOfWork

_ONLY_ID = 1


def get(work: UnitOfWork) -> Organisation | None:
    """Return the organisation, or None while the database is empty."""
    return work.session.get(Organisation, _ONLY_ID)


def time_zone(work: UnitOfWork) -> str | None:
    """Return the organisation's time zone, or None while the database is empty."""
    found: str | None = work.connection.execute(_TIME_ZONE).scalar()
    return found


# Made once: whatever depends on today asks it.
_TIME_ZONE = select(col(Organisation.time_zone)).where(col(Organisation.id) == _ONLY_ID)


def lock(work: UnitOfWork) -> Organisation | None:
    """Return the organisation, and let no other unit hold it until this one ends.

    Rules that span several rows (one spelling a department, one manager left) are checked
    while it is held.
    """
    return work.session.get(Organisation, _ONLY_ID, with_for_update=True, populate_existing=True)


def set_up_code(work: UnitOfWork) -> str | None:
    """Return the code that setting up asks for, or None where there is none."""
    row = work.session.get(SetUpCode, _ONLY_ID)
    return None if row is None else row.code


def keep_set_up_code(work: UnitOfWork, code: str) -> bool:
    """Keep the code; return False, with nothing kept, if another one was a moment faster."""
    return _add_only(work, SetUpCode(id=_ONLY_ID, code=code))


def forget_set_up_code(work: UnitOfWork) -> None:
    """Forget the code: it has opened what it was for."""
    row = work.session.get(SetUpCode, _ONLY_ID)
    if row is not None:
        work.session.delete(row)


def create(work: UnitOfWork, founded: Organisation) -> bool:
    """Add the organisation; return False, with nothing kept, if there is one already."""
    return get(work) is None and _add_only(work, founded)


def _add_only(work: UnitOfWork, row: Table) -> bool:
    work.session.add(row)
    try:
        work.session.flush()
    except IntegrityError:
        # Two at the same moment: the row's fixed id lets one of them through.
        work.session.rollback()
        return False
    return True
