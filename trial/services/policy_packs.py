"""Other people's rules as policies of our own, to compare with.

A pack is a policy like any other and is read as strictly. It lies in a folder of its own, because
it is no policy of the house: no trial is judged by one unless a manager puts it in force.
"""

from functools import lru_cache
from pathlib import Path

from trial.domain.errors import InvalidInput, PolicyError
from trial.domain.policy import Policy, parse_policy

_LARGEST_FILE = 1_000_000


def names(data_folder: Path) -> tuple[str, ...]:
    """Return the names of the packs, in alphabetical order: ``lenient``."""
    return tuple(sorted(_files(data_folder)))


def read(data_folder: Path, name: str) -> Policy:
    """Return one pack.

    Raises
    ------
    InvalidInput
        When there is no such pack; names those there are.
    PolicyError
        When its file is not a policy; names file, key and value.
    """
    files = _files(data_folder)
    # Looked up in the listing and never joined from what was given: a name is not a path.
    if name not in files:
        raise InvalidInput("Pack", name, "one of " + (", ".join(sorted(files)) or "no file yet"))
    return policy_in(files[name])


def policy_in(file: Path) -> Policy:
    """Return the policy that a file holds.

    Raises
    ------
    InvalidInput
        When the file cannot be read.
    PolicyError
        When it is not a policy; names file, key and value.
    """
    try:
        if (size := file.stat().st_size) > _LARGEST_FILE:
            raise PolicyError(
                file.name, "the file", f"{size:,} bytes", f"at most {_LARGEST_FILE:,} bytes"
            )
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise PolicyError(file.name, "the file", error.reason, "UTF-8 text") from error
    except OSError as error:
        accepted = f"a file that can be read ({error.strerror})"
        raise InvalidInput("Policy", str(file), accepted) from error
    return parsed(text, file.name)


@lru_cache(maxsize=32)
def parsed(text: str, source: str) -> Policy:
    """Return the policy in a text, parsed once a process; see `parse_policy`."""
    return parse_policy(text, source)


def _files(data_folder: Path) -> dict[str, Path]:
    return {path.stem: path for path in (data_folder / "policy" / "packs").glob("*.toml")}
