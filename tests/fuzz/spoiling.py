"""Hostile words, and ways to spoil what is valid. All take a `Random`: the same number makes the same input again."""

import csv
import io
import re
import sqlite3

PORT = 9  # of this machine: nobody answers there, and a request is seen by the audit hook or the proxy of the child
ADDRESS = f"http://127.0.0.1:{PORT}/x"
WORDS = (
    "", " ", "0", "-0", "-1", "1", "2", "0.5", "1.5", "nan", "NaN", "inf", "-inf", "Infinity", "1e308", "1e400",
    "-1e400", "1e-320", "1e15", "0x10", "1_000", "1,5", "1 000", "01", "+1", "2147483648", "9223372036854775807",
    "9223372036854775808", "18446744073709551616", str(10**400), "9" * 5000, "٣", "３", "½", "91", "-181", "360",
    "true", "null", "None", "yes", "no", "maybe", "[]", "{}", "[{}]", "[[[[]]]]", "[" * 3000, "{" * 3000, "(" * 3000,
    '{"a":' * 1500, "a." * 1500 + "a", "a" * 10_000, ";" * 500, "-" * 300, "\0", "\x1b[31m", "\x07", "\r\n", "\n",
    "\t", "\u202e", "\u200b", "\ufeff", "\ud800", "\U0001f1e6", "İ", "ß", "é", "e\u0301", "Đ", "Ä", "Альфа", "中",
    "\x85", "\u2028", '"', "'", '"""', "\\", "\\u0000", "`", "$(id)", "%s%n", "{0}", "<b>", "</script><script>",
    "&amp;", "<!--", "]]>", "&x;", '<!DOCTYPE a [<!ENTITY x "y">]>', "=cmd|' /C calc'!A0", "@SUM(1)", "--", "-x",
    "#", "//", "../../etc/passwd", "/dev/null", "/dev/zero", "/dev/full", "/proc/self/mem", "/vsicurl/" + ADDRESS,
    ADDRESS, "file:///etc/passwd", "alfa", "bravo", "gate", "delta", "echo", "railgate", "alfa--bravo-road",
    "novo selo", "T", "U", "AA", "BB", "AA-BB", "open", "planned", "closed", "road", "rail", "sea", "set:west",
    "country:AA", "border:gate", "corridor:T", "mode:rail", "around:alfa:1km", "around:42,0:1e9km", "42,0",
    "42.01,0.02", "-42,180", "91,0", "nan,nan", "1e400,0", "all", "today", "POINT (0 42)", "MULTIPOLYGON EMPTY",
    "1970-01-01", "2026-02-30T25:61", "Mon 06:00", "gate@Mon-Sat 08:00-17:30", "estimate: drawn", "high", "low",
    "1;2", "1-2", "1..2", "NULL", "-", "–", "EPSG:4326", "EPSG:1", "epsg:3857",
)  # fmt: skip
NUMBERS = ("0", "-0", "-1", "1", "0.5", "7", "41.99", "42.02", "91", "-181", "1e308", "-1e308", "1e-320", "99999999999")
NUMBERS += ("9223372036854775808", "18446744073709551616", "1e15", "1e5", "360", "1e400", "nan", "inf", str(10**400))
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
_TOKEN = re.compile(rb'"[^"\n]*"|-?\d+(?:\.\d+)?|[A-Za-z_][\w.:-]*')


def hostile(random):
    """Return a word that nobody should type."""
    word = random.choice(WORDS)
    return word if random.random() < 0.9 else word + random.choice(WORDS)[:100]


def raw(word):
    return word.encode("utf-8", "surrogatepass")


def flip(random, data):
    at = random.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1 :]


def cut(random, data):
    """Leave out a piece, often the end."""
    start = random.randrange(len(data))
    return data[:start] + (b"" if random.random() < 0.5 else data[start + random.choice((1, 8, 100)) :])


def put_in(random, data):
    at = random.randrange(len(data) + 1)
    return data[:at] + random.randbytes(random.choice((1, 4, 50))) + data[at:]


def repeat(random, data):
    start = random.randrange(len(data))
    return data[: start + random.choice((1, 20, 500))] * random.choice((1, 2)) + data[start:]


def token(random, data):
    """Put a hostile word, or another word of the file, where a word or number stands."""
    found = list(_TOKEN.finditer(data))
    if not found:
        return put_in(random, data)
    one, other = random.choice(found), random.choice(found)[0]
    new = raw(hostile(random)) if random.random() < 0.7 else other
    if random.random() < 0.7:
        if one[0].startswith(b'"'):
            new = b'"' + new.translate(None, b'"\\\n\r') + b'"'
        elif _NUMBER.fullmatch(one[0]):
            new = raw(random.choice(NUMBERS))
    return data[: one.start()] + new + data[one.end() :]


def lines(random, data):
    """Swap, drop or double lines."""
    found = data.splitlines(keepends=True)
    at, other = random.randrange(len(found)), random.randrange(len(found))
    how = random.randrange(3)
    if how == 0:
        found[at], found[other] = found[other], found[at]
    elif how == 1:
        found.insert(other, found[at])
    else:
        del found[at]
    return b"".join(found)


def recode(random, data):
    """Write text in another encoding, or put a byte order mark or line ends of another system."""
    text = data.decode("utf-8", "replace")
    how = random.choice(("utf-16", "utf-16-le", "utf-32", "cp1250", "utf-7", "bom", "crlf", "cr"))
    if how == "bom":
        return b"\xef\xbb\xbf" + data
    if how in {"crlf", "cr"}:
        return data.replace(b"\n", b"\r\n" if how == "crlf" else b"\r")
    return text.encode(how, "replace")


_OF_TEXT = (token, token, token, token, token, lines, lines, cut, put_in, flip, repeat, recode)
_OF_BYTES = (flip, flip, flip, cut, put_in, repeat)


def spoil(random, data, *, text=True):
    """Return data after one to five small changes."""
    for _ in range(random.choice((1, 1, 1, 2, 3, 5))):
        data = random.choice(_OF_TEXT if text else _OF_BYTES)(random, data) if data else raw(hostile(random))
    return data


def table(random, data):
    """Return a CSV table with cells, columns or rows changed, or its text spoiled."""
    rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
    for _ in range(random.choice((1, 1, 2, 4))):
        if not rows or not rows[0]:
            break
        row = random.choice(rows[1:] or rows)
        at, other = random.randrange(len(rows[0])), random.randrange(len(rows[0]))
        how = random.randrange(10)
        if how < 6 and at < len(row):
            row[at] = hostile(random) if random.random() < 0.7 else random.choice(random.choice(rows) or [""])
        elif how == 6:
            rows.append(list(row))
        elif how == 7:
            rows.remove(row)
        elif how == 8:
            rows = random.choice(
                (
                    [r[:at] + r[at + 1 :] for r in rows],
                    [[*rows[0][:at], hostile(random), *rows[0][at + 1 :]], *rows[1:]],
                    [[*r, r[at] if at < len(r) else ""] for r in rows],
                )
            )
        else:
            row[at : at + 1], row[other : other + 1] = row[other : other + 1], row[at : at + 1]
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    data = raw(text.getvalue())
    return spoil(random, data) if random.random() < 0.2 else data


def database(random, path):
    """Change cells, columns and layers of a GeoPackage as SQL, whatever its own triggers say."""
    base = sqlite3.connect(path)
    base.text_factory = bytes
    base.execute("PRAGMA ignore_check_constraints = ON")
    for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        base.execute(f'DROP TRIGGER "{name.decode()}"')
    names = sorted(row[0].decode() for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'"))
    likely = [name for name in names if not name.startswith(("rtree", "sqlite"))]
    for _ in range(random.choice((1, 1, 2, 4))):
        layer = random.choice(likely)
        columns = [row[1].decode() for row in base.execute(f'PRAGMA table_info("{layer}")')] or ["x"]
        column, other = random.choice(columns), random.choice(columns)
        statement = random.choice(_STATEMENTS).format(layer=layer, column=column, other=other, n=random.randrange(12))
        value = random.choice((hostile(random), random.randbytes(20), None, 2**62, 1e308, float("inf"), 7))
        if isinstance(value, str) and "\ud800" in value:
            value = raw(value)
        try:
            base.execute(statement, (value,) * statement.count("?"))
        except (sqlite3.Error, sqlite3.Warning):  # not everything can be said to every layer
            continue
    base.commit()
    base.close()


_STATEMENTS = (
    *['UPDATE "{layer}" SET "{column}" = ? WHERE rowid = {n}'] * 6,
    'UPDATE "{layer}" SET "{column}" = ?',
    'UPDATE "{layer}" SET "{column}" = CAST(? AS BLOB) WHERE rowid = {n}',
    'UPDATE "{layer}" SET "{column}" = "{other}"',
    'UPDATE "{layer}" SET "{column}" = substr("{column}", {n}) WHERE rowid = {n}',
    'UPDATE "{layer}" SET "{column}" = zeroblob(100)',
    'UPDATE gpkg_geometry_columns SET "{column}" = ?',
    "UPDATE gpkg_geometry_columns SET srs_id = {n}",
    "UPDATE gpkg_spatial_ref_sys SET definition = ?, organization = ?",
    "UPDATE gpkg_contents SET srs_id = {n}, data_type = ?",
    'DELETE FROM "{layer}"',
    'DELETE FROM "{layer}" WHERE rowid = {n}',
    'DROP TABLE "{layer}"',
    'ALTER TABLE "{layer}" DROP COLUMN "{column}"',
    'ALTER TABLE "{layer}" RENAME COLUMN "{column}" TO "{other} 2"',
    'ALTER TABLE "{layer}" ADD COLUMN "geometry" TEXT',
    'ALTER TABLE "{layer}" RENAME TO "{layer}2"',
    'CREATE TABLE "{layer}3" AS SELECT * FROM "{layer}"',
    'CREATE VIEW "schema" AS SELECT * FROM "{layer}"',
    "CREATE TABLE profiles_toml AS SELECT 'default_profile = 1' AS toml",
)


def parquet(random, path):
    """Write a Parquet file anew with columns, types or what it says of itself changed."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
        for _ in range(random.choice((1, 1, 2, 4))):
            table = _of_columns(random, pa, table)
        options = {
            "compression": random.choice(("snappy", "gzip", "none", "zstd")),
            "row_group_size": random.choice((None, 1)),
        }
        pq.write_table(table, path, use_dictionary=random.random() < 0.5, **options)
    except (pa.ArrowException, OSError, ValueError):  # spoiled already, or a type that cannot be written
        path.write_bytes(flip(random, path.read_bytes()))


def _of_columns(random, pa, table):
    """Return a table with one change."""
    at, rows = random.randrange(max(1, table.num_columns)), table.num_rows
    name, how = table.column_names[at] if table.num_columns else "x", random.randrange(9)
    if how == 0:
        return table.remove_column(at) if table.num_columns else table
    if how == 1:
        names = list(table.column_names)
        if names:
            names[at] = random.choice((hostile(random).replace("\ud800", "?"), random.choice(names), name.upper()))
        return table.rename_columns(names)
    if how == 2:
        return table.slice(random.randrange(rows + 1), random.choice((0, 1, rows)))
    if how == 3:
        return pa.concat_tables([table] * random.choice((2, 50) if rows < 500 else (1,)))
    if how == 4:
        about = {key: spoil(random, value) for key, value in (table.schema.metadata or {}).items()}
        return table.replace_schema_metadata(about if random.random() < 0.8 else None)
    if how == 5:
        try:
            cells = table.column(at).cast(random.choice(_types(pa)), safe=False)
        except (pa.ArrowException, ValueError):
            return table
    else:
        cells = _cells(random, pa, table, at)
    return table.set_column(at, name, cells) if table.num_columns and len(cells) == rows else table


def _cells(random, pa, table, at):
    """Return the cells of a column with some changed, or others of one kind instead."""
    cells = table.column(at).to_pylist() if table.num_columns else []
    kinds = (None, True, 7, -1.5, float("nan"), float("inf"), 2**62, b"\0\xff", [1], {"a": None}, "alfa", "gate")
    value = random.choice((*kinds, hostile(random).replace("\ud800", "?"), random.randbytes(20)))
    if random.random() < 0.3:
        return pa.array([value] * len(cells))
    if cells:
        old = random.randrange(len(cells))
        if isinstance(cells[old], bytes):  # a shape
            value = spoil(random, cells[old], text=False)
        elif isinstance(cells[old], (int, float)) and not isinstance(value, (int, float)):
            value = float(random.choice(NUMBERS[:14]))
        cells[old] = value
    try:
        return pa.array(cells)
    except (pa.ArrowException, ValueError, OverflowError):  # of several kinds
        return pa.array([None if cell is None else str(cell)[:1000] for cell in cells])


def _types(pa):
    plain = [
        pa.string(),
        pa.large_string(),
        pa.binary(),
        pa.int8(),
        pa.int64(),
        pa.uint64(),
        pa.float16(),
        pa.float32(),
    ]
    plain += [pa.float64(), pa.bool_(), pa.null(), pa.date32(), pa.timestamp("ns", "Europe/Sofia"), pa.duration("s")]
    return [*plain, pa.decimal128(38, 10), pa.dictionary(pa.int32(), pa.string()), pa.list_(pa.string())]
