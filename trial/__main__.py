"""``python -m trial``: the command line."""

import sys

from trial.cli import main

if __name__ == "__main__":
    sys.exit(main())
