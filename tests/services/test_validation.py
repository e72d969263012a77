"""What a validation says in words, in JSON and on a page to keep, and who may ask for one."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest

from tests.services.rows import contents
from tests.simulation.priors import uniform
from tests.unit.policies import standard
from trial.config import ROOT
from trial.domain.errors import NotAllowed, NotSignedIn
from trial.domain.results.experiments import Rate
from trial.domain.results.validation import Estimate, ValidatedFiles, WindowFilter
from trial.ingest.histories import HistoryFile
from trial.reports import validation_report, validation_text
from trial.services import validation
from trial.services.access import OPERATOR, Actor
from trial.services.backend import Backend

TODAY = date(2026, 2, 13)
MONDAY = date(2024, 1, 1)
EXAMPLE = ROOT / "data" / "examples" / "posting-history.csv"
NASTY = "<script>alert('x')</script> & “Söhne”"


def history(accounts: dict[str, Sequence[int]]) -> HistoryFile:
    """A file of accounts by their posts a week, watched to the end of the last one."""
    rows = [
        f"{name},{MONDAY + timedelta(days=7 * week + day)},{count * (day == 0)}"
        for name, counts in accounts.items()
        for week, count in enumerate(counts)
        for day in (0, 6)
    ]
    return HistoryFile("posts.csv", "\n".join(["account,date,n", *rows]).encode())


def looked_at(posts: HistoryFile) -> ValidatedFiles:
    return validation.validate_files(posts, None, standard(), today=TODAY, resamples=100)


STEADY = [3] * 39
STOPPED = [3] * 13 + [0] * 26
WEAK = [*[2, 0] * 6, 1, *[0] * 26]


# ----------------------------------------------------------------------------------- words
@pytest.mark.parametrize(
    "accounts, became, subline",
    [
        (
            {"a": STEADY, "b": STEADY, "c": STOPPED},
            "Of 3 accounts judged ready, 2 were still active half a year later.",
            "3 trials of 3 accounts with 1–10 posts a week, under Standard, version 2.",
        ),
        (
            {"a": STEADY, "b": STOPPED},
            "Of 2 accounts judged ready, 1 was still active half a year later.",
            "2 trials of 2 accounts",
        ),
        (
            {"a": STEADY, "b": STEADY},
            "Of 2 accounts judged ready, all were still active half a year later.",
            "2 trials of 2 accounts",
        ),
        (
            {"a": STEADY, "b": WEAK},
            "Of 1 account judged ready, 1 was still active half a year later.",
            "Of 1 told to keep feeding, none were still active half a year later.",
        ),
        (
            {"a": WEAK},
            "Of 1 account told to keep feeding, none were still active half a year later.",
            "1 trial of 1 account",
        ),
        (
            {"a": [3] * 65},
            "Of 2 trials judged ready, all were still active half a year later.",
            "A year later: 1 of the 1 watched that long. 2 trials of 1 account",
        ),
    ],
)
def test_the_answer_stands_in_words(
    accounts: dict[str, Sequence[int]], became: str, subline: str
) -> None:
    found = looked_at(history(accounts))
    told = validation_text.subline(found)
    assert told.startswith(became)
    assert subline in told


def test_what_cannot_be_said_is_said() -> None:
    found = looked_at(history({"a": STEADY, "b": STEADY}))
    assert validation_text.headline(found) == (
        "Whether the score beats counting posts cannot be said: all trials came to the same half a "
        "year later."
    )
    assert (
        "Of 2 trials all were still active half a year later, so there is nothing to rank: how "
        "well the score tells them apart cannot be said."
    ) in found.notes
    assert (
        "No trial was watched long enough to see whether it was still active a year later."
    ) in found.notes


def watched(accounts: Sequence[str], by_week: Sequence[str]) -> HistoryFile:
    """A second file, which says of which accounts only weeks were counted."""
    rows = [
        f"{name},2024-01-01,2024-09-29,{'week' if name in by_week else 'day'}" for name in accounts
    ]
    header = "account,obs_start,obs_end,granularity"
    return HistoryFile("accounts.csv", "\n".join([header, *rows]).encode())


def test_that_gaps_are_known_to_the_week_only_is_said_of_those_counted_by_the_week() -> None:
    posts = history({"a": STEADY, "b": STEADY})
    for by_week, said in ((["b"], True), ([], False)):
        about = watched("ab", by_week)
        found = validation.validate_files(posts, about, standard(), today=TODAY, resamples=100)
        note = (
            "Where only whole weeks were counted, a week's posts stand on its first day, so that "
            "gaps are known to the week."
        )
        assert (note in found.notes) == said


def test_the_score_stands_beside_the_rate_alone() -> None:
    found = looked_at(history({"a": STEADY, "b": STEADY, "c": WEAK, "d": STOPPED}))
    assert validation_text.headline(found) == (
        "On these accounts the score was not clearly better or worse than counting posts: of one "
        "that was still active half a year later and one that was not, the score picked the right "
        "one in 75 of 100 pairs, counting posts in 75."
    )


def test_the_score_read_as_a_chance_is_held_against_the_share_that_held_out() -> None:
    found = looked_at(history({"a": STEADY, "b": STOPPED}))
    # Both scored 1: wrong by 1 of one of the two; a half told of each is wrong by a half.
    assert validation_text.calibration_sentence(found.validation.whole) == (
        "Read as a chance, the score has a Brier score of .500 half a year later; telling every "
        "account the share that held out has one of .250 half a year later. Lower is better. The "
        "score ranks; it is not a chance."
    )


UNCLEAR = "the score was not clearly better or worse than"


@pytest.mark.parametrize(
    "ahead, words",
    [
        (Estimate(0.08, 0.03, 0.14), "the score beat counting posts"),
        (
            Estimate(0.08, -0.01, 0.14),
            "the score was not clearly better or worse than counting posts",
        ),
        (Estimate(-0.08, -0.14, -0.03), "counting posts beat the score"),
        (
            Estimate(0.08, None, None),
            "the score was not clearly better or worse than counting posts",
        ),
    ],
)
def test_only_what_the_interval_leaves_no_doubt_of_is_better_or_worse(
    ahead: Estimate, words: str
) -> None:
    assert validation_text._beside(ahead) == words


@pytest.mark.parametrize(
    "estimate, signed, words",
    [
        (None, False, "–"),
        (Estimate(0.841, 0.769, 0.902), False, ".84 (.77–.90)"),
        (Estimate(1.0, 1.0, 1.0), False, "1.00 (1.00–1.00)"),
        (Estimate(0.5, None, None), False, ".50"),
        (Estimate(-0.041, -0.1, 0.052), True, "−.04 (−.10 to +.05)"),
        (Estimate(-0.001, -0.1, 0.001), True, ".00 (−.10 to .00)"),
    ],
)
def test_an_estimate_in_words(estimate: Estimate | None, signed: bool, words: str) -> None:
    assert validation_text.estimate_words(estimate, signed=signed) == words


def test_what_the_forecast_was_worth_in_words() -> None:
    posts = history({"a": STEADY, "b": [3] * 6 + [2] * 33})
    assert validation_text.halfway_sentence(looked_at(posts)) == ""
    found = validation.validate_files(
        posts, None, standard(), today=TODAY, resamples=100, prior=uniform()
    )
    # Both began with six of six weeks in band, and one of them kept it.
    said = validation_text.halfway_sentence(found)
    assert said.startswith(
        "After 6 weeks, the forecast of at least 3 posts in 9 of 13 weeks had a Brier score of "
        ".490, the share of such weeks so far one of .500; lower is better. The difference in "
        "favour of the forecast is +.01 ("
    )


def test_a_forecast_that_was_worse_is_said_to_be() -> None:
    # Three of six weeks, and then each week: what nobody who knows other accounts expects.
    late = history({"a": [3, 0] * 3 + [3] * 33, "b": STEADY})
    found = validation.validate_files(
        late, None, standard(), today=TODAY, resamples=100, prior=uniform()
    )
    assert "The difference in favour of the forecast is −." in validation_text.halfway_sentence(
        found
    )


def test_of_one_trial_alone_the_sentences_speak_of_one() -> None:
    found = looked_at(history({"a": STEADY}))
    assert found.notes[1] == (
        "The one trial watched long enough was still active half a year later, so there is nothing "
        "to rank: how well the score tells them apart cannot be said."
    )


def test_a_verdict_that_nobody_got_is_not_called_unwatched() -> None:
    rows = validation_text.decision_rows(looked_at(history({"a": STEADY})).validation.whole)
    assert rows == [
        ("Ready for its own account", "1", "1 of 1, 100 % (21–100)", "not watched long enough"),
        ("Extend with conditions", "0", "–", "–"),
        ("Keep feeding the main channels", "0", "–", "–"),
    ]


def test_a_rate_in_words() -> None:
    assert validation_text.rate_words(Rate(19, 20)) == "19 of 20, 95 % (76–99)"
    assert validation_text.rate_words(Rate(0, 0)) == "not watched long enough"


# ----------------------------------------------------------------------------------- the report
class Page(HTMLParser):
    """What a browser would make of a page: its tags, its text, and what it would ask for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in {"meta", "rect", "path"}:
            self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"src", "href"}]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_needs_nothing_but_itself() -> None:
    page = Page(validation_report.as_html(looked_at(history({"a": STEADY, "b": WEAK}))))
    assert page.open == []
    assert page.links == []
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert "@import" not in page.text
    assert "url(" not in page.text
    assert "Of 1 account judged ready, 1 was still active half a year later." in page.text
    assert page.tags.count("svg") == 1


def test_each_source_has_its_decisions_its_rankings_and_its_calibration() -> None:
    own = history({"a": STEADY, "b": WEAK, "c": STEADY, "d": STOPPED}).content.decode()
    header, *rows = own.split("\n")
    for source, accounts in (("Blog", "ab"), ("Feed", "cd")):
        rows = [f"{source},{row}" if row[0] in accounts else row for row in rows]
    files = HistoryFile("posts.csv", "\n".join([f"source,{header}", *rows]).encode())
    found = looked_at(files)
    assert validation_text.source_rows(found) == [
        ("Blog", "2", "1 of 1, 100 % (21–100)", "1.00"),
        ("Feed", "2", "1 of 2, 50 % (9–91)", ".50"),
    ]
    page = Page(validation_report.as_html(found))
    for said in ("AUC with its 95 % interval", "Calibration: by score, of 100"):
        assert page.text.count(said) == 3, "of all, and of either source"
    assert page.text.count("Read as a chance") == 3


def test_every_word_of_a_file_is_escaped() -> None:
    files = HistoryFile(
        NASTY,
        f'source,account,date,n\n"{NASTY}",a,2024-01-01,4\n"{NASTY}",a,2024-12-01,0\n'
        "other,b,2024-01-01,4\nother,b,2024-12-01,0\n".encode(),
    )
    found = validation.validate_files(
        files, None, standard(), today=TODAY, choice=WindowFilter(0, 10), resamples=100
    )
    page = Page(validation_report.as_html(found))
    assert "script" not in page.tags
    assert page.text.count(NASTY) == 3, "as the source, twice, and as the file"


def test_json_says_what_the_objects_say() -> None:
    found = looked_at(history({"a": STEADY, "b": STEADY, "c": WEAK}))
    told = json.loads(json.dumps(validation_report.as_json(found), allow_nan=False))
    assert told["all"]["verdicts"][0]["held"]["A26"]["count"] == 2
    assert told["all"]["outcomes"]["A26"]["auc"]["score"]["value"] == 1
    assert told["all"]["outcomes"]["A52"]["auc"]["score"] is None
    assert told["all"]["outcomes"]["A52"]["held"] == {
        "count": 0, "of": 0, "share": None, "low": None, "high": None,
    }  # fmt: skip
    assert told["by_day"] is None
    assert told["files"] == ["posts.csv"]


def test_the_example_shows_every_verdict_and_a_silence() -> None:
    found = validation.validate_files(
        HistoryFile(EXAMPLE.name, EXAMPLE.read_bytes()), None, standard(), today=TODAY
    )
    assert len(found.validation.whole.decided) == 3
    assert all(decided.trials >= 5 for decided in found.validation.whole.decided)
    assert found.validation.whole.accounts == 12
    assert found.validation.left_out == {}
    repeated, watched_until = found.notes
    assert repeated == "698 rows repeat an account and day; each row counts as a post."
    assert watched_until.endswith("from its first post to Wed 31 Dec 2025.")


# ----------------------------------------------------------------------------------- who may
def test_an_upload_is_judged_and_nothing_of_it_is_kept(backend: Backend, comms: Actor) -> None:
    before = contents(backend)
    for actor in (comms, OPERATOR):
        found = validation.validate_upload(actor, backend, posts=history({"a": STEADY, "b": WEAK}))
        assert found.validation.whole.accounts == 2
    assert contents(backend) == before


def test_the_organisations_day_is_the_last_that_can_have_happened(
    backend: Backend, comms: Actor
) -> None:
    tomorrow = backend.today("Europe/Berlin") + timedelta(days=2)
    posts = HistoryFile("posts.csv", f"account,date\na,{tomorrow}\n".encode())
    with pytest.raises(ValueError, match="a day up to today"):
        validation.validate_upload(comms, backend, posts=posts)


def test_others_are_refused_before_a_file_is_opened(
    backend: Backend, lead: Actor, reviewer: Actor
) -> None:
    nonsense = HistoryFile("posts.csv", b"\x00")
    for actor in (lead, reviewer):
        with pytest.raises(NotAllowed):
            validation.validate_upload(actor, backend, posts=nonsense)
    with pytest.raises(NotSignedIn):
        validation.validate_upload(Actor(4711), backend, posts=nonsense)
