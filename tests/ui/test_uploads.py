"""Which pages take files is said once, and is so."""

from trial.ui import router


def test_a_page_that_has_a_field_for_files_says_so() -> None:
    for place in router.PAGES:
        source = (router.ROOT / place.file).read_text("utf-8")
        assert place.takes_files == ("st.file_uploader" in source), place.file
