"""Change the code in one small way, run the tests of its module, and count the changes that no test notices.

    python tests/fuzz/mutants.py --count 100 --seed 1 --jobs 2
    python tests/fuzz/mutants.py --module analysis/flows.py --count 400 --log mutants.jsonl

Each mutant lives in a copy of the checkout; its tests are those that mirror the module (or that tests/test_mirror.py
names in their place) and the properties. A test run beyond the wall limit counts as noticed: the change made it hang.
"""

import argparse
import ast
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "mobility"
FOLDERS = ("analysis", "model", "doubt")
PROPERTIES = "tests/analysis/test_properties.py"
LIMIT_S = 240
SWAPS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div, ast.Mod: ast.Mult,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip


def _changes(node):
    """Return the changes of a node: what each is called, and a function that makes it."""
    if isinstance(node, (ast.BinOp, ast.BoolOp, ast.AugAssign)) and type(node.op) in SWAPS:
        return [_swap(node, "op", SWAPS[type(node.op)]())]
    if isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
        return [_swap(node, "ops", [SWAPS[type(node.ops[0])](), *node.ops[1:]])]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.Invert)):
        return [_swap(node, "operand", ast.UnaryOp(node.op, node.operand))]
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        return [_swap(node, "value", not node.value)]
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return [_swap(node, "value", node.value + step) for step in (1, -1)]
    if isinstance(node, ast.Return) and node.value is not None and getattr(node.value, "value", 0) is not None:
        return [_swap(node, "value", ast.Constant(None))]
    if isinstance(node, (ast.If, ast.IfExp)) and not _typing(node):
        return [_swap(node, "test", ast.UnaryOp(ast.Not(), node.test))]
    return []


def _swap(node, field, new):
    def make():
        old = ast.unparse(node).partition("\n")[0]
        setattr(node, field, new)
        return f"{old}  ->  {ast.unparse(ast.fix_missing_locations(node)).partition(chr(10))[0]}"

    return make


def _typing(node):
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def sites(tree):
    """Return every change of a module in order of its lines, with the line; errors and types are left alone."""
    found = []

    def visit(node):
        if isinstance(node, (ast.Raise, ast.JoinedStr)) or _typing(node):
            return
        found.extend((getattr(node, "lineno", 0), make) for make in _changes(node))
        for name, value in ast.iter_fields(node):
            if name not in {"annotation", "returns", "decorator_list"}:
                for child in value if isinstance(value, list) else [value]:
                    if isinstance(child, ast.AST):
                        visit(child)

    visit(tree)
    return found


def modules(only=None):
    chosen = [f"{folder}/{file.name}" for folder in FOLDERS for file in sorted((SRC / folder).glob("*.py"))]
    return [name for name in chosen if not name.endswith("__init__.py") and (not only or name in only)]


def tests_of(module):
    """Return the test files of a module: of its name, or those that tests/test_mirror.py names; and the properties."""
    folder, _, name = module.partition("/")
    own = [f"tests/{folder}/test_{name}"]
    if not (ROOT / own[0]).exists():
        reason = runpy.run_path(str(ROOT / "tests" / "test_mirror.py"))["ELSEWHERE"][module]
        named = re.findall(r"[\w/]*test_\w+\.py", reason)
        where = [
            (f"tests/{name}", f"tests/{folder}/{name}", f"tests/{named[0].rpartition('/')[0]}/{name}") for name in named
        ]
        own = [next(path for path in paths if (ROOT / path).exists()) for paths in where]
    return [*own, PROPERTIES]


def checkout(folder):
    """Copy what tests need to a folder; data is linked."""
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "tests", folder / "tests", ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    for name in ("geodata", "README.md", "docs", "maps", "CHANGELOG.md", "CONTRIBUTING.md"):
        (folder / name).symlink_to(ROOT / name)


def tried(folder, module, number):
    """Make a change in a copy, run its tests, put the module back; return what became of it."""
    file, start = folder / "src" / "mobility" / module, time.monotonic()
    source = file.read_text(encoding="utf-8")
    tree = ast.parse(source)
    line, make = sites(tree)[number]
    what = make()
    file.write_text(ast.unparse(tree), encoding="utf-8")
    words = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-n0",
        "-p",
        "no:cacheprovider",
        "-m",
        "not slow and not browser",
    ]
    environment = os.environ | {"PYTHONPATH": str(folder / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        run = subprocess.run(
            [*words, *tests_of(module)],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        state = {0: "survived", 1: "killed", 2: "killed"}.get(run.returncode, f"pytest ended with {run.returncode}")
        by = next((text for text in run.stdout.splitlines() if text.startswith(("FAILED", "ERROR"))), "")[:200]
    except subprocess.TimeoutExpired:
        state, by = "hung", ""
    finally:
        file.write_text(source, encoding="utf-8")
    return {
        "module": module,
        "number": number,
        "line": line,
        "what": what,
        "state": state,
        "by": by,
        "s": round(time.monotonic() - start),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--module", action="append", help="such as analysis/flows.py (repeatable); default: all")
    parser.add_argument("--number", type=int, help="only this change of the module")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument(
        "--log", default="mutants.jsonl", help="a line for each; those that stand there are not done again"
    )
    asked = parser.parse_args()
    every = [
        (module, number)
        for module in modules(asked.module)
        for number in range(len(sites(ast.parse((SRC / module).read_text(encoding="utf-8")))))
    ]
    chosen = Random(asked.seed).sample(every, min(asked.count, len(every)))
    if asked.number is not None:
        chosen = [(asked.module[0], asked.number)]
    log = Path(asked.log)
    done = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()] if log.exists() else []
    left = [task for task in chosen if task not in {(row["module"], row["number"]) for row in done}]

    def work(tasks):
        with tempfile.TemporaryDirectory(prefix="mutant-") as name:
            checkout(Path(name))
            for module, number in tasks:
                row = tried(Path(name), module, number)
                done.append(row)
                with log.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(row) + "\n")
                print(
                    f"{row['state']:9} {module}:{row['line']} ({number}) {row['s']} s  {row['what'][:150]}", flush=True
                )

    with ThreadPoolExecutor(asked.jobs) as pool:
        list(pool.map(work, [left[start :: asked.jobs] for start in range(asked.jobs)]))
    states = Counter(row["state"] for row in done)
    noticed = states["killed"] + states["hung"]
    print(
        f"{len(every):,} changes possible, {len(done)} tried: {dict(states)}; {noticed / max(1, len(done)):.0%} noticed"
    )


if __name__ == "__main__":
    main()
