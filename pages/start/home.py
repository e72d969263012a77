"""The root address: whoever is signed in goes on to where their day starts."""

from trial.ui import router, session

router.go_home(session.require())
