"""A network on disk: where the shipped one is, and how any is identified, read, checked and written."""

from __future__ import annotations

import contextlib
import gc
import os
import secrets
import shutil
import signal
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from mobility.errors import DataError, InputError
from mobility.model import doors, drawn, folder, geopackage, parquet, tables
from mobility.model.changes import ASKED, SHUT
from mobility.model.checks import check_tables
from mobility.model.rulebook import read_rules, rules_of
from mobility.vocabulary import TRUSTS, VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mobility.model.network import Network
    from mobility.model.profiles import Rules
    from mobility.model.tables import Schema, Table

    Read = tuple[Schema, dict[str, Table]]
    Say = Callable[[str], None] | None

_DATABASE = ("-wal", "-shm", "-journal")  # files that SQLite keeps beside its own
CHECKED = ("file", "line", "severity", "message")


def default_folder() -> Path:
    """Return the folder of the shipped network: inside the package, else the checkout's geodata/."""
    packaged = Path(__file__).parent.parent / "geodata"
    return packaged if packaged.exists() else Path(__file__).parents[3] / "geodata"


class Identity(NamedTuple):
    """What a result says of the network it was computed on."""

    name: str
    version: str
    sha256: str

    @classmethod
    def of(cls, home: Path, sha256: str = "") -> Identity:
        """Return the identity of a folder or GeoPackage; the version is that of the shipped network only."""
        shipped = home.resolve() == default_folder().resolve()
        return cls(home.resolve().stem, VERSION if shipped else "", sha256 or tables.checksum(home))


@cache
def shipped_schema() -> Schema:
    """Return the schema of the shipped network; not to be changed."""
    return tables.read_schema(default_folder() / "schema.csv")


def _whole(own: Schema) -> Schema:
    """Return a network's own schema with the columns that it leaves out as the shipped one has them: all are used."""
    return own | {name: own[name] | {c: at for c, at in columns.items() if c not in own[name]}
                  for name, columns in shipped_schema().items() if name in own}  # fmt: skip


def read(path: Path, trust: str | None = None) -> Read:
    """Read the raw tables of a network with the schema that they follow (its own or the shipped one).

    Parameters
    ----------
    path
        A folder of CSV files (with links.geojson) or of Parquet files, or a GeoPackage with a layer per table.
    trust
        Which counts where what is drawn and the columns disagree, "geometry" or "columns"; default: the columns, with a
        notice that every command gives.

    Returns
    -------
    tuple
        The schema, and every table as text cells; links carry their lines in the column `geometry`.

    Raises
    ------
    InputError
        When the path is neither, or is not readable.
    """
    doors.check_path(path, f"no network at {path}")
    if trust not in {None, *TRUSTS}:
        raise InputError(f"trust is {' or '.join(TRUSTS)}, not {trust!r}")
    if path.is_dir():
        own = path / "schema.csv"
        schema = _whole(tables.read_schema(own)) if own.exists() else shipped_schema()
        raw = parquet.read_tables(path, schema) if parquet.is_folder(path) else folder.read_tables(path)
    elif path.suffix.casefold() == parquet.SUFFIX and path.is_file():
        raise InputError(f"{path} is one table: give the folder that holds places.parquet and links.parquet")
    elif path.is_file():
        layer = geopackage.layers(path).get(geopackage.SCHEMA)
        schema = _whole(tables.schema_of(geopackage.read_layer(path, layer))) if layer else shipped_schema()
        raw = geopackage.read_tables(path)
    else:
        raise InputError(f"no network at {path}: give a folder like geodata/ or a GeoPackage")
    for name, table in raw.items():
        tables.tidy(table, schema[name])
        tables.missing(table, schema[name])
    moved = drawn.place(raw["places"], trust)
    drawn.line(raw["links"], raw["places"], trust, moved)
    for name, table in raw.items():
        tables.check_columns(table, schema[name])
    return schema, raw


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Look for no cycles while a network is read: millions of shapes are made, none refers to another."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def read_sound(path: Path, trust: str | None = None, tell: Say = None) -> Read:
    """Read the raw tables as `read` does, and `tell` of what is in them and not used.

    Raises DataError with every fault in them.
    """
    schema, raw = read(path, trust)
    refuse_faults(path, raw, schema)
    told = [str(fault) for table in raw.values() for fault in table.faults if fault.told]
    if told and tell is not None:
        tell(told[0] + (f" (and {len(told) - 1} more: run `mobility check {path}`)" if len(told) > 1 else ""))
    return schema, raw


def refuse_faults(home: Path, raw: dict[str, Table], schema: Schema) -> None:
    """Raise DataError with every fault of some tables, if they have any."""
    faults = [fault for fault in check_tables(raw, schema) if fault.severity == "fault"]
    if faults:
        raise DataError(home, faults)


def rules_at(home: Path) -> Rules:
    """Read the profiles and rules of a network: its own profiles.toml, or the shipped one."""
    file = _profiles(home)
    if file != home:
        return read_rules(file)
    layer = geopackage.layers(home)[geopackage.PROFILES]
    return rules_of("".join(geopackage.read_layer(home, layer).columns.get("toml", [])), file)


def _profiles(home: Path) -> Path:
    """Return the file that states the profiles of a network."""
    if home.is_file() and geopackage.PROFILES in geopackage.layers(home):
        return home
    own = home / "profiles.toml"
    return own if own.exists() else default_folder() / "profiles.toml"


def check(path: str | Path | None = None, *, trust: str | None = None) -> pd.DataFrame:
    """Return everything that is wrong in the tables of a network, all faults at once; `mobility check` shows it.

    Parameters
    ----------
    path
        A folder like geodata/ or a GeoPackage; default: the shipped network.
    trust
        Which counts where what is drawn and the columns disagree: "geometry" or "columns" (default, with a notice).

    Returns
    -------
    DataFrame
        In order of file and line, one row per fault or notice: ``file``, ``line``, ``severity`` ("fault": the network
        is not loaded; "notice": worth knowing), ``message`` (what is wrong and what to do). No rows: nothing found.
        ``attrs["rows"]`` counts the rows read per table.

    Raises
    ------
    InputError
        When there is nothing to read at `path`.

    Examples
    --------
    >>> found = check()
    >>> int((found["severity"] == "fault").sum())
    0
    """
    home = Path(path) if path else default_folder()
    schema, raw = read(home, trust)
    found = check_tables(raw, schema)
    try:
        rules_at(home)
    except InputError as error:
        file = _profiles(home)
        found.append(tables.Fault(str(file), 1, str(error).removeprefix(f"{file}:1: ")))
    frame = pd.DataFrame([vars(fault) for fault in found], columns=list(CHECKED))
    frame.attrs["rows"] = {name: len(table) for name, table in raw.items() if len(table)}
    return frame


def save(network: Network, path: str | Path) -> None:
    """Write the tables of a network, as `Network.save` does."""
    target = Path(path)
    base = _unchanged(network)
    if target.suffix.casefold() == ".gpkg":
        write_whole(target, as_geopackage(base))
    elif target.suffix.casefold() == parquet.SUFFIX:
        _check_rules(base)
        write_folder(target, parquet.encoded(base) | folder.beside(base))
    elif target.suffix:
        form = "NAME.gpkg, NAME.parquet, or a folder (no dot in its name)"
        raise InputError(f"cannot save a network as {target.name}: write {form}")
    else:
        _check_rules(base)
        write_folder(target, folder.written(base))


def as_geopackage(network: Network) -> bytes:
    """Return the tables of a network as a GeoPackage, one layer each, that `Network.load` reads again."""
    base = _unchanged(network)
    beside = {}
    if base.schema != shipped_schema():
        beside[geopackage.SCHEMA] = folder.schema_rows(base.schema)
    if base.rules != read_rules(default_folder() / "profiles.toml"):
        _check_rules(base)
        beside[geopackage.PROFILES] = pd.DataFrame({"toml": [base.rules.text]})
    return geopackage.encoded(base, beside)


def holds(home: Path, target: Path) -> bool:
    """Return whether a file to be written would be one of a network's: by any name, link or way of writing the path."""
    try:
        real, own = target.resolve(), home.resolve()
        if home.is_dir():
            inside = own in (real, *real.parents) or any(p.samefile(own) for p in real.parents if p.exists())
            return inside or (target.exists() and any(target.samefile(file) for file in own.iterdir() if file.exists()))
        beside = {f"{own.name}{end}" for end in ("", *_DATABASE)}
        named = real.parent == own.parent and real.name in beside
        return named or (target.exists() and home.exists() and target.samefile(home))
    except (OSError, ValueError, RuntimeError):  # it cannot be read, or not be written: told when that is tried
        return False


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; raises InputError when it cannot be written.

    A link is followed to its file, which keeps its permissions; a pipe or device is written to as it is.
    """
    if not path.name:
        raise InputError(f"cannot write {str(path)!r}: that names no file")
    try:
        target = path.resolve()
        if target.is_dir():
            raise InputError(f"cannot write {path}: it is a folder")
        if target.exists() and not target.is_file():
            target.write_bytes(data)
        else:
            _replace(target, data)
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"cannot write {path}: {getattr(error, 'strerror', None) or error}") from None


def _replace(target: Path, data: bytes) -> None:
    """Put a new file in the place of another, or of none."""
    scratch = _scratch(target)
    with _tidied():
        file = scratch.open("xb")  # ours alone, whoever else writes in this folder
        try:
            with file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())  # a disk may say only now that it is full
            if target.exists():
                shutil.copymode(target, scratch)
            scratch.replace(target)
        finally:  # whatever stopped it, Ctrl-C too
            with contextlib.suppress(OSError):
                scratch.unlink(missing_ok=True)


def write_folder(path: Path, files: dict[str, bytes]) -> None:
    """Write a folder whole or not at all; one that holds something is left alone."""
    if "\0" in str(path):
        raise InputError(f"cannot write {str(path)!r}: that names no folder")
    try:
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise InputError(f"cannot write {path}: it is there already; choose a new name")
        if path.resolve() == Path.cwd():
            raise InputError(f"cannot write {path}: you are in it; name a folder to make")
        scratch = _scratch(path.resolve())
        with _tidied():
            scratch.mkdir()
            try:
                for name, data in files.items():
                    (scratch / name).write_bytes(data)
                scratch.replace(path)
            finally:
                shutil.rmtree(scratch, ignore_errors=True)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror or error}") from None


def _scratch(target: Path) -> Path:
    """Return a name beside a target that nobody else has, in another process or on another machine."""
    return target.with_name(f".{secrets.token_hex(8)}.part")


class _EndedError(BaseException):
    """A signal that ends the process."""


@contextlib.contextmanager
def _tidied() -> Iterator[None]:
    """Let a signal that ends the process do so only when what is half written is gone."""
    ended: list[int] = []

    def end(number: int, _: object) -> None:
        ended.append(number)
        raise _EndedError

    here = threading.current_thread() is threading.main_thread()
    ends = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)] if here else []
    ends = [number for number in ends if signal.getsignal(number) is signal.SIG_DFL]
    try:
        for number in ends:
            signal.signal(number, end)
        with contextlib.suppress(_EndedError):
            yield
    finally:
        for number in ends:
            signal.signal(number, signal.SIG_DFL)
    if ended:
        signal.raise_signal(ended[0])


def _unchanged(network: Network) -> Network:
    """Return the network without closures and builds, which are no facts; raises when values have no column."""
    base = network.base or network
    borders = base.borders
    opened = (borders["active"] != (borders["usable"] & (borders["barred"] == ""))).any()
    opened |= (borders["closure"] == SHUT).any()
    own = base.links[["capacity_stated", "failure_stated", "exists_stated"]].notna().any(axis=None)
    if opened or own or (base.places["capacity_source"] == ASKED).any():
        raise InputError(
            "cannot save what was set of capacity, failure, exists or open: no column of the tables holds it"
        )
    return base


def _check_rules(network: Network) -> None:
    rules = network.rules
    if not rules.text or rules_of(rules.text, Path("profiles.toml")) != rules:
        raise InputError("cannot save rules that were changed in Python: write them into a profiles.toml and load that")
