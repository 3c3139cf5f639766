"""``python -m unrolled`` is the command ``unrolled``."""

import sys

from unrolled.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
