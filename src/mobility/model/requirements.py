"""What the European Union asks of roads and railways for military mobility, article by article (requirements.csv)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mobility.model import tables
from mobility.model.files import default_folder, shipped_schema


@dataclass(frozen=True)
class Requirement:
    """One row of requirements.csv; the data dictionary says what each column holds."""

    id: str
    name: str
    mode: str
    of: str
    column: str
    test: str
    tells: str
    value: str
    unit: str
    article: str
    network: str
    binds: str
    due: str
    confidence: str
    source: str
    note: str

    @property
    def judged(self) -> bool:
        """Whether the tables have a column that it is held against."""
        return bool(self.column)

    @property
    def label(self) -> str:
        """What is asked, as "axle load 22.5 t" or "fully electrified"."""
        value = "" if self.value == "yes" else self.value.replace(";", " or ")
        return " ".join(filter(None, (self.name, value, self.unit)))

    def short(self, stated: str) -> str:
        """Return how a stated value falls short, as "axle load 20 of 22.5 t" or "fully electrified: no"."""
        of = f" {stated} of {self.value} {self.unit}" if self.test == "at least" else f": {stated} {self.unit}"
        return f"{self.name}{of}".strip()


def read_requirements(path: str | Path | None = None) -> tuple[Requirement, ...]:
    """Return the requirements, in the order of the table.

    Parameters
    ----------
    path
        A table like geodata/requirements.csv; default: the shipped one.

    Raises
    ------
    InputError
        When it cannot be read; it names the first fault.
    """
    file = Path(path) if path else default_folder() / "requirements.csv"
    columns = shipped_schema()["requirements"]
    table = tables.read_sound(file, "requirements", columns, _check)
    cells = (table.words(name).tolist() for name in columns)
    return tuple(Requirement(*row) for row in zip(*cells, strict=True))


def _check(table: tables.Table) -> None:
    """Note ids used twice, columns that are not there, and values that are no number where one is asked."""
    schema, seen = shipped_schema(), set[str]()
    rows = zip(*(table.words(name).tolist() for name in ("id", "of", "column", "test", "value")), strict=True)
    for row, (key, of, column, test, value) in enumerate(rows):
        if key in seen:
            table.fault(row, f"id {key!r} is used twice")
        seen.add(key)
        for name in ("links", *["structures"] * (of == "bridge")):
            if column and column not in schema[name]:
                table.fault(row, f"column {column!r} is none of {name}.csv")
        if (test == "at least" or of == "bridge") and not _is_number(value):
            table.fault(row, f"value {value!r} is no number, which 'at least' and bridges need")


def _is_number(value: str) -> bool:
    try:
        return float(value) > 0
    except ValueError:
        return False
