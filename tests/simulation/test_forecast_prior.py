"""What a forecast starts from: what is read, and what is refused."""

from __future__ import annotations

from dataclasses import fields

import pytest

from tests.simulation.priors import SHIPPED_FILE, shipped
from trial.domain.beta_prior import BetaPrior
from trial.domain.documents import entries_of
from trial.domain.errors import PolicyError
from trial.simulation.forecast_prior import Record, parse_forecast_prior

SHIPPED = SHIPPED_FILE.read_text(encoding="utf-8")


def test_it_starts_from_six_and_a_half_weeks_of_public_institutions() -> None:
    assert shipped().worth_weeks == pytest.approx(6.54)
    assert shipped().most == 8
    assert "118 accounts" in shipped().note.source
    assert all((shipped().note.unit, shipped().note.rationale))


def test_weeks_in_band_have_the_beta_prior_of_their_categories() -> None:
    prior = shipped().in_band(3)
    assert isinstance(prior, BetaPrior)
    assert prior.a == pytest.approx(3.41)
    assert prior.b == pytest.approx(3.13)


def test_every_field_of_the_record_has_a_rule_of_what_it_accepts() -> None:
    assert list(entries_of(Record)) == [field.name for field in fields(Record)]


def test_words_do_not_change_the_hash_and_values_do() -> None:
    reworded = SHIPPED.replace("Clinics post on working days.", "Nobody works on Sundays.")
    assert parse_forecast_prior(reworded, "f").content_hash == shipped().content_hash
    other = SHIPPED.replace("value = 0.8,", "value = 0.81,")
    assert parse_forecast_prior(other, "f").content_hash != shipped().content_hash


EVIDENCE = "[0.75, 1.34, 1.04, 0.89, 0.69, 0.53, 0.4, 0.37, 0.53]"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        (EVIDENCE, "[0, 1.34]", "weeks.evidence"),
        (EVIDENCE, "[nan, 1.34]", "weeks.evidence"),
        (EVIDENCE, '[1.34, "many"]', "weeks.evidence"),
        (EVIDENCE, "[1.34]", "weeks.evidence"),
        (EVIDENCE, "6.5", "weeks.evidence"),
        ("value = 0.35,", "value = 1.5,", "days.together"),
        ("value = 0.8,", 'value = "most",', "record.first_pass"),
        ("evidence = { value = 4,", "evidence = { value = 0,", "record.evidence"),
        ("[record]", "[records]", "records"),
        ("slots = {", "slotz = {", "record.slotz"),
        ("version = 2", "version = 0", "version"),
        ('rationale = "A plan in', 'why = "A plan in', "record.slots.why"),
        ("[weeks]", "[weeks", "the file"),
    ],
)
def test_what_cannot_be_is_refused_by_name(old: str, new: str, key: str) -> None:
    text = SHIPPED.replace(old, new, 1)
    assert text != SHIPPED
    with pytest.raises(PolicyError) as refused:
        parse_forecast_prior(text, "forecast.toml")
    assert (refused.value.source, refused.value.key) == ("forecast.toml", key)


@pytest.mark.parametrize("section", ["weeks", "days", "record"])
def test_a_missing_table_is_named(section: str) -> None:
    start = SHIPPED.index(f"[{section}]")
    end = SHIPPED.find("\n[", start)
    with pytest.raises(PolicyError, match=section):
        parse_forecast_prior(SHIPPED[:start] + (SHIPPED[end:] if end > 0 else ""), "forecast.toml")
