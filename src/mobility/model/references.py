"""What tables call one another: ids used once, references that are met, sources that are originals."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mobility.model.names import fold_all, some
from mobility.vocabulary import ACCESS, RELIEF, split

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mobility.model.tables import Schema, Table

# What names a row, where it is not `id`.
_KEYS = {
    "borders": ("place", "mode"),
    "countries": ("iso2",),
    "corridors": ("code",),
    "upgrades": ("project", "link", "attribute"),
}
# Copies of other people's pages: the original is to be cited. Matched anywhere in the host name.
_MIRRORS = re.compile(
    r"wikizero|wikiwand|wiki\.li|zxc\.wiki|mgwiki|wikial|ipfs|dweb\.link|alchetron|profilpelajar|wikijtr|wikijii|"
    r"worddisk|wikiclassic|enwikipedia|uncensored-wiki|jakami|kampuspedia|knowledgr|infosekolah|polpedia|docslib|"
    r"riteme|owiki|wiki-data|nina\.az|fonk\.bid|memim|qa\.edu|jampackinterhk|n2ygfcw2j|dnhewrhegkli|"
    r"ddns\.net|enow\.com|wow\.com|wikimili|wiki2|everybodywiki|xn--b1aeclack5b4j|vibewire|"
    r"web\.archive\.org|translate\.goog|webcache"
)
_WORKING_PAPER = re.compile(r"\b(dossiers?|working notes?|mirrors?|cx|c8)\b", re.IGNORECASE)


def rows_of(table: Table, *names: str) -> Iterable[tuple[Any, ...]]:
    """Iterate (row number, cell, cell, ...) over the named columns, as text; absent columns are empty."""
    return zip(range(len(table)), *(table.words(name).tolist() for name in names), strict=True)


def note(table: Table, column: str, problems: dict[str, list[str]]) -> None:
    """Note what is wrong with cells of a column, at every row that has them."""
    if any(problems.values()):
        for row, cell in rows_of(table, column):
            for problem in problems.get(cell, ()):
                table.fault(row, problem)


def check_ids(table: Table) -> None:
    """Check that keys are used once, and differ by more than case, accents and dashes."""
    columns = _KEYS.get(table.name, ("id",))
    cells = [table.words(column).tolist() for column in columns]
    keys = cells[0] if len(cells) == 1 else [" ".join(row) for row in zip(*cells, strict=True)]
    every = fold_all(keys)
    if len(table.distinct(*columns) if every is cells[0] else {*every}) == len(every) and "" not in every:
        return
    seen: dict[str, int] = {}
    for row, (key, folded) in enumerate(zip(keys, every, strict=True)):
        if not folded:
            continue
        if folded in seen:
            first = keys[seen[folded]]
            same = "is used twice" if first == key else f"reads like {first!r} when folded"
            where = table.lines[seen[folded]]
            table.fault(row, f"{' and '.join(columns)} {key!r} {same} (first in line {where}); choose another")
        seen.setdefault(folded, row)


def check_references(tables: dict[str, Table], schema: Schema) -> None:
    """Check that what a table names is there in the other table."""
    from difflib import get_close_matches

    keys = {name: next(iter(columns)) for name, columns in schema.items()}
    asked = {column.target for columns in schema.values() for column in columns.values()} & set(tables)
    known = {name: tables[name].distinct(keys[name]) for name in asked}
    known["corridors"] = known.get("corridors", frozenset()) | {ACCESS, RELIEF}
    named: dict[str, set[str]] = defaultdict(set)  # in tables that are not there
    for name, table in tables.items():
        for column in schema[name].values():
            if column.target not in tables or column.target == "sources":
                continue
            problems: dict[str, list[str]] = {}
            if column.type.startswith("refs"):
                cells: Iterable[str] = table.distinct(column.name)
            else:  # most are there, and often each is another
                cells = {cell for cell in table.words(column.name).tolist() if cell not in known[column.target]}
            for cell in {*cells} - {""}:
                words = re.split(r"[;-]", cell) if column.type.startswith("refs countries") else split(cell)
                for word in words if column.type.startswith("refs") else [cell]:
                    if word in known[column.target]:
                        continue
                    if not tables[column.target].columns:
                        named[column.target].add(word)
                        continue
                    near = get_close_matches(word, known[column.target], n=1)
                    hint = f"; did you mean {near[0]!r}?" if near else ""
                    what = column.target.rstrip("s") if column.target != "countries" else "country"
                    problems.setdefault(cell, []).append(f"{column.name}: unknown {what} {word!r}{hint}")
            note(table, column.name, problems)
    for name, met in named.items():
        needs = ", ".join(c.name for c in schema[name].values() if c.required)
        tables[name].fault(-1, f"is missing: list the {name} that other tables name ({some(sorted(met))}): {needs}")


def check_sources(tables: dict[str, Table], schema: Schema) -> None:
    """Check that sources are listed, are originals and are no working notes."""
    listed = tables["sources"].distinct("id")
    for name, table in tables.items():
        for column in [c.name for c in schema[name].values() if c.target == "sources"]:
            cells = table.distinct(column)
            found = {c: [f"{column} {w!r} {why}" for w in split(c) if (why := _bad_source(w, listed))] for c in cells}
            note(table, column, found)
    table = tables["sources"]
    for row, key, title, publisher, url in rows_of(table, "id", "title", "publisher", "url"):
        host = urlsplit(url).hostname or ""
        if url and _MIRRORS.search(host):
            table.fault(row, f"url {url!r} is a mirror; cite the original publisher or article")
        elif url and publisher.startswith("Wikipedia") and not host.endswith("wikipedia.org"):
            table.fault(row, f"url {url!r} is not wikipedia.org; cite the article itself")
        elif _WORKING_PAPER.search(f"{key} {title} {publisher}"):
            table.fault(row, f"source {key!r} is a mirror, dossier or working note; cite what it rests on")


def _bad_source(word: str, listed: frozenset[str]) -> str:
    if word.startswith("estimate:"):
        if not word.removeprefix("estimate:").strip():
            return "names no rule; write 'estimate: <rule>'"
        return "rests on a dossier or working note; name the rule itself" if _WORKING_PAPER.search(word) else ""
    if word in listed:
        return ""
    if word.startswith(("https://", "http://")):
        mirror = _MIRRORS.search(urlsplit(word).hostname or "")
        return "is a mirror; cite the original publisher or article" if mirror else ""
    return "is not in sources.csv (nor a web address, nor 'estimate: <rule>'); add it there"
