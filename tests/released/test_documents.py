"""Every document of an earlier version is read today, and comes to what it came to then."""

import hashlib
import json
import shutil
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from trial.demo.story import read_story
from trial.domain.policy import parse_policy
from trial.scoring.scorecard import score_trial
from trial.services import content, decision_snapshot
from trial.services.backend import Backend
from trial.services.clocks import FixedClock
from trial.simulation.after import parse_public_accounts
from trial.simulation.behaviours import parse_population
from trial.simulation.forecast_prior import parse_forecast_prior
from trial.store.engine import Database

FOLDER = Path(__file__).parent / "documents"

POLICIES = {
    "lenient-a30523b5": "5782e99ac9e3953891c4e57fef808084098ce20ad89a425d6e4be6d68fe5f6c8",
    "one-a-week-e277167e": "5c737ede3958835b121f18417b35ba08b2293d02f1eac1b124d8393ab1974424",
    "readiness-957621b7": "e46312fb243db06c2e98f438590ac10e608ac6f3fcd6fcebe21a5b30421cca1c",
    "strict-21afefbc": "d6698a0f2eb57340a809712ba1639495711e7d8bd753abc84c46369ad9b46e94",
    "thirty-days-plan-85647b79": "eb95f6d257afcab9ed9fbd79db1955eeed78daa0363b11dd4c489a2c32add81f",
    "two-weeks-proof-acc72f42": "790c2f8e4000ac91d650b9dc0c04703cb2b347ba36186c7891a2f2f922db921b",
}
FORECASTS = {
    "forecast-481b01d7": "d2eba1a99773a5a5da07579393370fbc32f0516401a542ae1d110b7a6801b5ba",
    "forecast-70225c7d": "d2eba1a99773a5a5da07579393370fbc32f0516401a542ae1d110b7a6801b5ba",
}
# These have no hash of their own: the digits are of what each one says, see `READERS`.
OTHERS = {
    "after-569a2757": "4a1f721e943c7467",
    "after-f32879ff": "4a1f721e943c7467",
    "behaviours-a94e6cb1": "bfc8d14d73ffac0b",
    "channels-8a7ed7bb": "f5ba54a7c6cd56c9",
    "hospital-0ad4bc37": "489765518f27d651",
    "hospital-ed0d402a": "cd58d960104f0967",
    "pillars-f11c3c81": "c8b486875eccd51a",
}
# By this edition of the rules: a slot of today is not due yet (radiology then had .41976).
SCORES = {
    "log-1-palliative-82c055e9": ("ready", 0.9462208523184132),
    "log-1-radiology-162bec2f": ("keep_feeding", 0.421959706959707),
    "log-2-palliative-c01e4173": ("ready", 0.9462208523184132),
    "log-2-radiology-72d32496": ("keep_feeding", 0.421959706959707),
    "log-3-palliative-c23cb3d2": ("ready", 0.9462208523184132),
    "log-3-radiology-40b52de5": ("keep_feeding", 0.421959706959707),
}
# As they were stored, by the first edition.
SCORECARDS = {
    "scorecard-1-palliative-101e561b": ("ready", 0.9462208523184132, 5, None),
    "scorecard-1-radiology-43c9816e": ("keep_feeding", 0.4197619047619047, 1, None),
    "scorecard-2-palliative-72822144": ("ready", 0.9462208523184132, 5, None),
    "scorecard-2-radiology-a0f63176": ("keep_feeding", 0.4197619047619047, 1, None),
}


def text_of(name: str) -> str:
    (file,) = FOLDER.glob(f"{name}.*")
    return file.read_text(encoding="utf-8")


def what_after_says(name: str, _: Path) -> object:
    """The chance and its interval at some scores, at each horizon."""
    public = parse_public_accounts(text_of(name), name)
    chances = [line.chance(score) for line in public.lines.values() for score in (0.5, 0.8, 0.95)]
    return [[f"{one:.9f}" for one in (chance.share, chance.low, chance.high)] for chance in chances]


def what_behaviours_say(name: str, _: Path) -> object:
    """Every value the document names, as the population has it."""
    population = parse_population(text_of(name), name, stored=True)
    document = tomllib.loads(text_of(name))
    parts = [(document[part], getattr(population, part)) for part in ("days", "stopping")]
    parts += [(table, population.seasons[key]) for key, table in document["seasons"].items()]
    return [
        [population.column(trait).tolist() for trait in document["parameters"]],
        [behaviour.share for behaviour in population.behaviours],
        [[float(getattr(part, key)) for key in table] for table, part in parts],
    ]


def what_the_story_tells(name: str, _: Path) -> object:
    """Every key of each department, as the story has it."""
    told = tomllib.loads(text_of(name))["department"]
    story = read_story(FOLDER / f"{name}.toml")
    return [
        [getattr(department, key) for key in entry if key != "story"]
        for entry, department in zip(told, story.departments, strict=True)
    ]


def what_is_offered(name: str, folder: Path) -> object:
    """What the calendar offers where this version of the file lies in the data folder."""
    kind = name.split("-", maxsplit=1)[0]
    shutil.copy(FOLDER / f"{name}.toml", folder / f"{kind}.toml")
    backend = Backend(Database("sqlite://"), FixedClock.on(date(2026, 2, 11)), folder)
    if kind == "channels":
        return content.channels(backend)
    return [(pillar.name, pillar.about) for pillar in content.pillars(backend)]


READERS: dict[str, Callable[[str, Path], object]] = {
    "after": what_after_says,
    "behaviours": what_behaviours_say,
    "channels": what_is_offered,
    "hospital": what_the_story_tells,
    "pillars": what_is_offered,
}


def test_every_document_ever_released_is_in_one_of_these_tables() -> None:
    listed = {*POLICIES, *FORECASTS, *OTHERS, *SCORES, *SCORECARDS}
    assert {file.stem for file in FOLDER.iterdir()} == listed
    for file in FOLDER.iterdir():
        digits = hashlib.sha256(file.read_bytes()).hexdigest()
        assert digits.startswith(file.stem.rsplit("-", 1)[1]), f"{file.name} was changed"


@pytest.mark.parametrize(("name", "content_hash"), POLICIES.items())
def test_a_released_policy_is_read_and_keeps_its_hash(name: str, content_hash: str) -> None:
    assert parse_policy(text_of(name), name).content_hash == content_hash


@pytest.mark.parametrize(("name", "content_hash"), FORECASTS.items())
def test_what_forecasts_started_from_is_read_and_keeps_its_hash(
    name: str, content_hash: str
) -> None:
    assert parse_forecast_prior(text_of(name), name).content_hash == content_hash


@pytest.mark.parametrize(("name", "digits"), OTHERS.items())
def test_every_other_released_file_says_what_it_said(
    name: str, digits: str, tmp_path: Path
) -> None:
    said = READERS[name.split("-", maxsplit=1)[0]](name, tmp_path)
    assert hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16] == digits


@pytest.mark.parametrize("name", SCORES)
def test_a_frozen_log_of_every_shape_is_judged_as_it_was(name: str) -> None:
    policy = parse_policy(text_of("readiness-957621b7"), "readiness.toml")
    scorecard = score_trial(decision_snapshot.log_of_text(text_of(name)), policy)
    assert (scorecard.verdict, scorecard.score) == SCORES[name]


@pytest.mark.parametrize("name", [name for name in SCORES if name.startswith("log-3")])
def test_a_log_of_the_latest_shape_is_written_down_with_all_it_held(name: str) -> None:
    again = decision_snapshot.text_of_log(decision_snapshot.log_of_text(text_of(name)))
    assert decision_snapshot.same_numbers(text_of(name), again)


@pytest.mark.parametrize("name", SCORECARDS)
def test_a_frozen_scorecard_of_every_shape_opens_with_the_digits_it_was_stored_with(
    name: str,
) -> None:
    then = text_of(name)
    read = decision_snapshot.scorecard_of_text(then)
    assert decision_snapshot.same_numbers(then, decision_snapshot.text_of_scorecard(read))
    assert (read.verdict, read.score, read.margin, read.margin_above) == SCORECARDS[name]


@pytest.mark.parametrize("name", [name for name in SCORECARDS if name.startswith("scorecard-2")])
def test_a_scorecard_of_the_latest_shape_is_written_down_with_all_it_held(name: str) -> None:
    again = decision_snapshot.text_of_scorecard(decision_snapshot.scorecard_of_text(text_of(name)))
    assert json.loads(text_of(name)).items() <= json.loads(again).items()
