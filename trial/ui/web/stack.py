"""What every request passes through before Streamlit, from the outside in."""

from starlette.middleware import Middleware

from trial.config import settings_from
from trial.domain.errors import TrialError
from trial.ui.web.browsers import NameBrowsers
from trial.ui.web.door import Door
from trial.ui.web.frames import ShortFrames
from trial.ui.web.headers import SafeHeaders
from trial.ui.web.health import Health
from trial.ui.web.life import PlainRefusal
from trial.ui.web.request_lines import RequestLines
from trial.ui.web.run_turns import RunTurns
from trial.ui.web.source import TrustedProxies
from trial.ui.web.tabs import OwnTabs, Tabs
from trial.ui.web.uploads import Uploads, forget_files


def middleware() -> list[Middleware]:
    """Return what every request passes through before Streamlit, in this order.

    A setting that cannot be used ends the start here, with its sentence alone.
    """
    try:
        settings_from()
    except TrialError as error:
        raise SystemExit(str(error)) from None
    tabs = Tabs(forget_files=forget_files)
    return [
        Middleware(PlainRefusal),
        Middleware(RequestLines),
        Middleware(SafeHeaders),
        Middleware(TrustedProxies),
        Middleware(Door),
        Middleware(Health),
        Middleware(NameBrowsers),
        Middleware(ShortFrames),
        Middleware(OwnTabs, tabs=tabs),
        Middleware(Uploads, tabs=tabs),
        Middleware(RunTurns),
    ]
