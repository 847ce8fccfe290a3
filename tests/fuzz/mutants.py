"""Change the code in one small way, run the tests that come to the changed line, and count the changes none notices.

    python tests/fuzz/mutants.py --count 400 --seed 1
    python tests/fuzz/mutants.py --module analysis/flows.py --count 100 --log mutants.jsonl
    python tests/fuzz/mutants.py --module analysis/flows.py --number 17 --examples 100 --seconds 300   # one, thoroughly

All quick tests are imported once. A fork of that process changes its functions in place and runs the tests of the line,
the module's own first and cheap ones before dear ones, to the first that fails; `hypothesis` tries few examples. What
runs when a module is imported is changed in a process of its own. Which test comes to which line is measured with
`--measure` and kept in `--map` (leave that file away after a change of the product); of tests that are not in it those
of the module's own files are run.
"""

import argparse
import ast
import json
import math
import os
import re
import resource
import runpy
import signal
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from random import Random

sys.path[:0] = [str(Path(__file__).parents[2] / "src"), str(Path(__file__).parents[1])]

import pytest  # noqa: E402

from fuzz.changes import SRC, Changed, changed, put_in, sites  # noqa: E402

ROOT = Path(__file__).parents[2]
FOLDERS = ("analysis", "model", "doubt")
TESTS = [f"tests/{folder}" for folder in FOLDERS]
LONG_S = 0.2  # of processor time: a test that is better run later
SPACE_GB, CLOCK_S = 8, 120  # of a fork: addresses; seconds by the clock, after which a change hangs
SURVIVED, KILLED, SHORT = 0, 1, 3  # exit status of a fork: no test notices, one does, tests were left when time ran out


def modules(only=None):
    chosen = [f"{folder}/{file.name}" for folder in FOLDERS for file in sorted((SRC / folder).glob("*.py"))]
    return [name for name in chosen if not name.endswith("__init__.py") and (not only or name in only)]


def own_tests(module):
    """Return the test files of a module: of its name, or those that tests/test_mirror.py names."""
    folder, _, name = module.partition("/")
    if (ROOT / f"tests/{folder}/test_{name}").exists():
        return [f"tests/{folder}/test_{name}"]
    named = re.findall(r"test_\w+\.py", runpy.run_path(str(ROOT / "tests" / "test_mirror.py"))["ELSEWHERE"][module])
    return [f"tests/{folder}/{name}" for name in named]


class Mutants:
    """A plugin of pytest that runs the tests of changes, each in a fork, instead of all tests once."""

    def __init__(self, asked, tasks):
        self.asked, self.tasks = asked, tasks
        self.items, self.cases = {}, {}  # tests by name, and names of all cases of a test
        self.kills = defaultdict(Counter)  # by module, what noticed changes before: the likeliest to notice the next
        for row in _done(asked.log).values():
            self.kills[row["module"]][_function(row["by"])] += 1
        self.took = {}  # how long those take that are not measured
        self.seconds, self.lines = {}, {}  # how long a test takes, tests by module and line

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items):
        from hypothesis import Phase, settings

        for item in items:
            if (test := getattr(item, "function", None)) and hasattr(test, "hypothesis"):
                full = test._hypothesis_internal_use_settings
                few = min(full.max_examples, self.asked.examples)
                phases = [Phase.explicit, Phase.generate]  # how simple the failing example can be is not asked
                test._hypothesis_internal_use_settings = settings(full, max_examples=few, phases=phases)

    def pytest_runtestloop(self, session):
        session.config.pluginmanager.unregister(name="terminalreporter")  # what fails here is what should
        self.items = {item.nodeid: item for item in session.items}
        if self.asked.alone:
            os._exit(self._notice(session, [*self.items], self.asked.pipe))
        from fuzz.covered import Covered, tests_by_line

        known = {_function(name) for name in tests_by_line(self.asked.map)[0]}
        new = [item for item in session.items if _function(item.nodeid) not in known]
        if new and self.asked.measure:
            # Of a test with many cases the first and the last are measured.
            both = [{_function(item.nodeid): item for item in some} for some in (reversed(new), new)]
            new = sorted({*both[0].values(), *both[1].values()}, key=new.index)
            if not (child := os.fork()):
                covered = Covered(self.asked.map, FOLDERS)
                session.config.pluginmanager.register(covered)
                covered.run(session, new)
                os._exit(0)
            if os.waitpid(child, 0)[1]:
                pytest.exit("the tests could not be measured", 1)
        self.seconds, self.lines = tests_by_line(self.asked.map)
        self.cases = defaultdict(list)
        for name in self.items:
            self.cases[_function(name)].append(name)
        _read_the_network()
        for module, number in self.tasks:
            self._try(session, module, number)
        return True

    def _try(self, session, module, number):
        """Make a change in a fork and write down what became of it."""
        line, what, before, after = changed(module, number)
        tests, start = self._tests(module, line), time.monotonic()
        read, write = os.pipe()
        if not (child := os.fork()):
            os.set_inheritable(write, True)  # noqa: FBT003
            resource.setrlimit(resource.RLIMIT_AS, (SPACE_GB << 30, SPACE_GB << 30))
            if module.startswith("model/"):
                import loading

                loading._loaded.cache_clear()  # the network is read anew, as changed
            if put_in(module, before, after):
                os._exit(self._notice(session, tests, write))
            words = ["--module", module, "--number", number, "--examples", self.asked.examples]
            words += ["--seconds", self.asked.seconds, "--pipe", write, "--alone", *self._near(module, tests)]
            os.execv(sys.executable, [sys.executable, __file__, *map(str, words)])  # noqa: S606
        os.close(write)
        status = _waited(child)
        by = self._learn(os.read(read, 100_000).decode())
        os.close(read)
        self.kills[module][_function(by)] += 1
        state = {SURVIVED: "survived", KILLED: "killed", SHORT: "short"}.get(status, f"status {status}")
        row = {"module": module, "number": number, "line": line, "what": what, "tests": len(tests)}
        row |= {"state": "hung" if status < 0 else state, "by": by, "s": round(time.monotonic() - start, 1)}
        with self.asked.log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        print(f"{row['state']:9} {module}:{line} ({number}) {row['s']} s  {what[:150]}  {by}", flush=True)

    def _learn(self, told):
        """Note how long tests took; return which failed, "" if none."""
        failed = ""
        for line in told.splitlines():
            took, mark, name = line.split(" ", 2)
            self.took[_function(name)] = float(took)
            failed = name if mark else failed
        return failed

    def _tests(self, module, line):
        """Return the tests that come to a line or else to its module: what noticed others first, own and cheap ones."""
        found = self.lines[module].get(line) or {test for tests in self.lines[module].values() for test in tests}
        seconds, own = {_function(test): self.seconds[test] for test in found}, own_tests(module)
        known = {_function(test) for test in self.seconds}
        named = self.asked.tests is not TESTS  # files that were asked for are run whatever is measured
        near = {test for test in self.cases if named or test.partition("::")[0] in own}
        seconds |= {test: self.took.get(test, 0.1) for test in near - known}
        tests = [case for name in seconds for case in self.cases[name]]
        kills = self.kills[module]

        def rank(test):
            name = _function(test)
            return -kills[name], test.partition("::")[0] not in own, seconds[name], test

        return sorted(tests, key=rank)

    def _near(self, module, tests):
        """Return the tests of a module's own files, or the first where it has none: the fewer the sooner imported."""
        own = own_tests(module)
        return [test for test in tests if test.partition("::")[0] in own] or tests[:20]

    def _notice(self, session, tests, told):
        """Run tests until one fails or the time is up; return what to end with, and tell which took long or failed."""
        names, now = [test for test in tests if test in self.items], ["", 0.0]

        def tell(mark=""):
            took = time.process_time() - now[1]
            if took > LONG_S or mark:
                os.write(told, f"{took:.1f} {mark} {now[0]}\n".encode())

        def too_long(*_):
            tell()
            os._exit(SHORT)

        signal.signal(signal.SIGPROF, too_long)
        signal.setitimer(signal.ITIMER_PROF, self.asked.seconds)
        for name, following in zip(names, [*names[1:], None], strict=False):
            now[:] = name, time.process_time()
            limit = math.ceil(now[1] + 5 + 5 * self.seconds.get(name, self.asked.seconds))
            resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
            session.config.hook.pytest_runtest_protocol(item=self.items[name], nextitem=self.items.get(following))
            if session.testsfailed:
                tell("failed")
                return KILLED
            tell()
        return SURVIVED


def _function(test):
    """Return the name of a test without that of its case."""
    return test.partition("[")[0]


def _read_the_network():
    """Read it once for all forks: what no change of an analysis concerns."""
    import loading

    os.environ["MOBILITY_NO_CACHE"] = "1"
    loading.load_once().under("mixed")


def _waited(child):
    """Wait for a fork, not for ever; return its exit status, below 0 when a signal ended it."""
    end = time.monotonic() + CLOCK_S
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--module", action="append", help="such as analysis/flows.py (repeatable); default: all")
    parser.add_argument("--number", type=int, help="only this change of the module")
    parser.add_argument("--examples", type=int, default=12, help="of hypothesis, for a test, at most")
    parser.add_argument("--seconds", type=float, default=25, help="of processor time for the tests of a change")
    parser.add_argument("--log", type=Path, default=Path("mutants.jsonl"), help="what stands there is not done again")
    parser.add_argument("--map", type=Path, default=Path("mutants-map.jsonl"), help="which test comes to which line")
    parser.add_argument("--again", action="store_true", help="only those of the log whose tests took too long")
    parser.add_argument("--tests", nargs="+", default=TESTS, help="files or folders; default: those of the three")
    parser.add_argument("--measure", action="store_true", help="first, for tests that are not in the map")
    parser.add_argument("--alone", nargs="+", help=argparse.SUPPRESS)  # the tests of a change, in a process of its own
    parser.add_argument("--pipe", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    asked.log, asked.map = asked.log.absolute(), asked.map.absolute()
    every = [
        (module, number)
        for module in modules(asked.module)
        for number in range(len(sites(ast.parse((SRC / module).read_text(encoding="utf-8")))))
    ]
    chosen = Random(asked.seed).sample(every, min(asked.count, len(every)))
    if asked.number is not None:
        chosen = [(asked.module[0], asked.number)]
    done = _done(asked.log)
    if asked.again:
        chosen = [task for task, row in done.items() if row["state"] == "short"]
    left = [task for task in chosen if asked.again or task not in done]
    if asked.alone:
        sys.meta_path.insert(0, Changed(asked.module[0], changed(asked.module[0], asked.number)[3]))
    os.chdir(ROOT)
    words = ["-qq", "-p", "no:cacheprovider", "-m", "not slow and not browser"]
    ended = pytest.main([*words, *(asked.alone or asked.tests)], plugins=[Mutants(asked, left)])
    if asked.alone:
        os._exit(KILLED if ended in {pytest.ExitCode.INTERRUPTED, pytest.ExitCode.USAGE_ERROR} else SHORT)  # no import
    told(asked, every, ended)


def _done(log):
    """Return what became of changes the last time, by module and number."""
    rows = map(json.loads, log.read_text(encoding="utf-8").splitlines() if log.exists() else ())
    return {(row["module"], row["number"]): row for row in rows}


def told(asked, every, ended):
    """Say how many changes were noticed."""
    done = _done(asked.log)
    states = Counter(row["state"] for row in done.values())
    noticed = states["killed"] + states["hung"]
    print(
        f"{len(every):,} changes possible, {len(done)} tried: {dict(states)}; {noticed / max(1, len(done)):.0%} noticed"
    )
    sys.exit(ended)


if __name__ == "__main__":
    main()
