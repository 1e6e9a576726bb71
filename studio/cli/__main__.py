"""`python -m studio.cli` is `netloom`."""

import sys

from studio.cli import main

sys.exit(main())
