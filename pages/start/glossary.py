"""How it is counted: the words of the product, and what a trial is."""

from trial.services.glossary import glossary
from trial.ui import components, glossary_view, process, router, session

session.require()
view = glossary(process.backend())

components.header(
    "How it is counted",
    "Every word in two sentences and an example. The numbers are those of the standard policy.",
)
components.section("What a trial is")
glossary_view.draw_introduction(view.policy.band)
components.section("Words")
glossary_view.draw_entries("words", view.glossary.words.items())
components.section("The checks")
components.paragraph("Each check counts with its share of the score.", kind="quiet")
glossary_view.draw_entries(router.CHECKS, view.glossary.checks.items(), view.weights)
glossary_view.draw_anchor()
