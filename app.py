"""The front door, in its two lives.

Imported by a server (``streamlit run app.py``, ``uvicorn app:app``) it builds the web app. Run by
that app as a script, once for every click, it draws the page that was asked for.
"""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

if get_script_run_ctx(suppress_warning=True) is None:
    from trial.ui import notices
    from trial.ui.web import life, routes, stack

    app = st.App(
        __file__,
        routes=routes.routes(),
        middleware=stack.middleware(),
        lifespan=life.lifespan,
        on_script_error=notices.show_unexpected,
    )
else:
    from trial.ui import shell

    shell.draw()
