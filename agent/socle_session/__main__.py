"""`python3 -m socle_session`."""

import sys

from socle_session.cli import main

sys.exit(main())
