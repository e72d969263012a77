"""HTML is made by templates alone: what people typed stays text, and nothing else can make it."""

import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from trial.reports.html import FOLDER, Column, Html, Templates, joined
from trial.ui import html

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "trial").rglob("templates/*.html"))
HTML_ITSELF = ROOT / "trial" / "reports" / "html.py"
HOSTILE = "<script>alert('x')</script> & \"y\""
ESCAPED = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &#34;y&#34;"


def made_of(folder: Path, source: str) -> Templates:
    (folder / "piece.html").write_text(source)
    return Templates(folder, filters={})


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_no_template_takes_text_for_html(path: Path) -> None:
    source = path.read_text()
    assert not re.search(r"\|\s*safe\b|autoescape", source)
    # Without quotes around it, a value could add an attribute of its own.
    assert not re.search(r"\s[\w:-]+=\{\{", source)


def sources(*places: str) -> list[Path]:
    return [path for place in places for path in sorted((ROOT / place).rglob("*.py"))]


def test_no_code_takes_text_for_html() -> None:
    takes = re.compile(r"\bMarkup\(|\bHtml\(|from html import|import markupsafe")
    offending = {path for path in sources("trial", "pages") if takes.search(path.read_text())}
    assert offending == {HTML_ITSELF}


def test_no_code_writes_tags() -> None:
    # The server around the pages patches Streamlit's own frame; <extra> is Plotly's.
    drawn = set(sources("trial/ui", "trial/reports", "pages")) - set(sources("trial/ui/web"))
    assert [
        path for path in drawn if re.search(r"""["']</?(?!extra)[a-z]""", path.read_text())
    ] == []


def test_what_was_typed_stays_text_in_content_and_in_attributes(tmp_path: Path) -> None:
    templates = made_of(
        tmp_path, '{% macro piece(typed) %}<p title="{{ typed }}">{{ typed }}</p>{% endmacro %}'
    )
    assert templates.render("piece.piece", HOSTILE) == f'<p title="{ESCAPED}">{ESCAPED}</p>'


def test_a_piece_is_put_into_another_as_it_is(tmp_path: Path) -> None:
    templates = made_of(tmp_path, "{% macro piece(inner) %}<b>{{ inner }}</b>{% endmacro %}")
    once = templates.render("piece.piece", "&")
    assert templates.render("piece.piece", once) == "<b><b>&amp;</b></b>"


@pytest.mark.parametrize("source", ["{{ value.missing }}", "{% if missing %}x{% endif %}"])
def test_a_name_that_is_not_there_is_an_error_and_never_an_empty_place(
    tmp_path: Path, source: str
) -> None:
    templates = made_of(tmp_path, f"{{% macro piece(value) %}}{source}{{% endmacro %}}")
    with pytest.raises(UndefinedError):
        templates.render("piece.piece", object())


@pytest.mark.parametrize(
    "source, sent",
    [
        ("<p>\n  {{ value }}\n</p>", "<p>7</p>"),
        ("<b>\n    <i>x</i>\n  </b>", "<b><i>x</i></b>"),
        ("<p>two\n   words</p>", "<p>two words</p>"),
        ("{{ value }} of 9", "7 of 9"),
        ("{% if value %} yes{% endif %}\n  ", " yes"),
    ],
)
def test_line_breaks_of_a_template_are_not_sent(tmp_path: Path, source: str, sent: str) -> None:
    templates = made_of(tmp_path, f"{{% macro piece(value) %}}{source}{{% endmacro %}}")
    assert templates.render("piece.piece", 7) == sent


def test_only_what_templates_made_is_joined() -> None:
    piece = html.render("components.section", "A & B")
    assert joined([piece, piece]) == f"{piece}{piece}"
    assert isinstance(joined([]), Html)
    with pytest.raises(TypeError, match="template"):
        joined([piece, "<b>typed</b>"])  # type: ignore[list-item]


def test_a_table_names_its_columns_and_rows_and_escapes_both() -> None:
    heads = ("Who", Column("Posts", "points", unseen="Live "))
    table = html.render("table.table", "", heads, [("R&D", "4")], cells=("", "points"))
    assert table == (
        '<table class="plain"><thead><tr><th scope="col">Who</th><th scope="col" class="points">'
        '<span class="unseen">Live </span>Posts</th></tr></thead><tbody><tr><th scope="row">R&amp;D'
        '</th><td class="points">4</td></tr></tbody></table>'
    )


def test_templates_leave_no_files_behind() -> None:
    html.render("components.section", "x")
    assert {path.suffix for path in FOLDER.iterdir()} == {".html"}
