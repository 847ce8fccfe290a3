"""Which tests come to which lines of the product: how a mutant finds its tests."""

import json
import signal
import time
from collections import defaultdict
from contextlib import contextmanager

import coverage
import pytest

import loading
from fuzz.changes import SRC

DEAR_S, CLOCK_S = 2, 20  # of processor time, and by the clock: tests that take longer are left out
AT_ONCE = 200  # tests after which what is known is written


class Dear(BaseException):  # which what is tested does not catch
    """A test takes too long to be run for every change."""


def _dear(_signal, _frame):
    raise Dear


class Covered:
    """Runs tests one by one and notes the lines each comes to, and how long it takes.

    What a fixture of many tests does, and the reading of a network that is read once, counts for all that use it.
    """

    def __init__(self, file, folders):
        self.file, self.uses, self.seconds, self.failed = file, defaultdict(set), {}, set()
        self.cover = coverage.Coverage(
            data_file=None, source=[str(SRC / folder) for folder in folders], config_file=False
        )
        self.now = ""

    @contextmanager
    def _context(self, name):
        was, self.now = self.now, name
        self.cover.switch_context(name)
        yield
        self.now = was
        self.cover.switch_context(was)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef, request):
        del request
        if fixturedef.scope == "function":
            return (yield)
        with self._context(_fixture(fixturedef)):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item):
        start = time.process_time()
        for timer, limit in ((signal.ITIMER_PROF, DEAR_S), (signal.ITIMER_REAL, CLOCK_S)):
            signal.setitimer(timer, 0 if hasattr(item.function, "hypothesis") else limit)  # it has few examples
        try:
            return (yield)
        finally:
            for timer in (signal.ITIMER_PROF, signal.ITIMER_REAL):
                signal.setitimer(timer, 0)
            self.seconds[item.nodeid] = round(time.process_time() - start, 2)

    def pytest_runtest_logreport(self, report):
        if report.failed:  # with the product as it is: it would notice every change
            print(f"left out: {report.nodeid}: {report.longreprtext[-200:]}", flush=True)
            self.failed.add(report.nodeid)

    def run(self, session, items):
        """Run tests and add what they come to to the file."""
        read = loading._loaded

        def loaded(*asked):
            self.uses[self.now].add(f"load {asked}")
            left = signal.setitimer(signal.ITIMER_PROF, 0)
            try:
                with self._context(f"load {asked}"):
                    return read(*asked)
            finally:
                signal.setitimer(signal.ITIMER_PROF, *left)

        loading._loaded = loaded
        signal.signal(signal.SIGPROF, _dear)
        signal.signal(signal.SIGALRM, _dear)
        self.cover.start()
        start = time.monotonic()
        for first in range(0, len(items), AT_ONCE):
            block = items[first : first + AT_ONCE]
            for item, nextitem in zip(block, [*block[1:], *items[first + AT_ONCE :][:1], None], strict=False):
                fixtures = item._fixtureinfo.name2fixturedefs.values()
                self.uses[item.nodeid] |= {_fixture(some[-1]) for some in fixtures if some[-1].scope != "function"}
                with self._context(item.nodeid):
                    session.config.hook.pytest_runtest_protocol(item=item, nextitem=nextitem)
            self._write(block)
            print(f"{first + len(block)} of {len(items)} tests measured, {time.monotonic() - start:.0f} s", flush=True)
        self.cover.stop()

    def _write(self, items):
        data = self.cover.get_data()
        reached = defaultdict(lambda: defaultdict(list))  # by context and module
        for file in data.measured_files():
            module = file.removeprefix(f"{SRC}/")
            for line, contexts in data.contexts_by_lineno(file).items():
                for context in contexts:
                    reached[context][module].append(line)
        with self.file.open("a", encoding="utf-8") as out:
            for item in items:
                row = {"test": item.nodeid, "s": self.seconds.get(item.nodeid, 0), "lines": {}}
                for context in self._all(item.nodeid) if item.nodeid not in self.failed else ():
                    for module, lines in reached.get(context, {}).items():
                        row["lines"][module] = sorted({*row["lines"].get(module, []), *lines})
                out.write(json.dumps(row) + "\n")

    def _all(self, context):
        """Return a context and all that it uses, at whatever remove."""
        found, left = set(), [context]
        while left:
            if (one := left.pop()) not in found:
                found.add(one)
                left.extend(self.uses[one])
        return found


def _fixture(definition):
    return f"fixture {definition.argname} of {definition.baseid}"


def tests_by_line(file):
    """Return how long each known test takes, and by module and line the tests that come to it."""
    seconds, found = {}, defaultdict(lambda: defaultdict(set))
    for row in map(json.loads, file.read_text(encoding="utf-8").splitlines() if file.exists() else ()):
        seconds[row["test"]] = row["s"]
        for module, lines in row["lines"].items():
            for line in lines:
                found[module][line].add(row["test"])
    return seconds, found
