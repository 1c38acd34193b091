"""`python -m deploylint`."""

import os
import sys

# `-m` puts the working folder before everything else, and that is what is linted: nothing of it may be imported.
if sys.path[0] in ("", os.getcwd()):  # noqa: PTH109
    del sys.path[0]

from deploylint.cli import main

if __name__ == "__main__":
    main()
