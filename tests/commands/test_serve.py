"""`serve` on the command line: what it refuses; what it answers is in `serving/`."""

from console import mobility, refused


def test_refusals(small):
    refused(mobility("--trust columns serve", network=small), "serve reads the columns of tables")
    refused(mobility("serve --port 0"), "0 is not in the range")
