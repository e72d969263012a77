"""Words that are stored, each beside the words that people read in its place."""

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """Members written as the stored word and its label: ``LEAD = "lead", "Department lead"``.

    Attributes
    ----------
    label : str
        What a page says.
    """

    label: str

    # Whoever has a word asks for its member by the word alone; that ends in a look-up, never here.
    def __new__(cls, word: str, label: str = "") -> Self:
        """Make the member that is stored as `word`."""
        member = str.__new__(cls, word)
        member._value_ = word
        member.label = label
        return member
