"""A command line that sleeps, for tests of what takes too long."""

import time


class line:  # noqa: N801 - stands for a click group
    """Sleeps as long as it is told."""

    @staticmethod
    def main(words, **_):
        """Sleep."""
        time.sleep(float(words[-1]))
