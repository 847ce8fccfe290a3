"""`python -m mobility` is `mobility`."""

from mobility.cli import main

main()
