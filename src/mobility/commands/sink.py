"""Where a command's data and notes go: stdout, a file written whole, stderr."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mobility.commands.waiting import hide, one_line
from mobility.errors import InputError, sure
from mobility.vocabulary import FORMATS, PICTURES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd
    from matplotlib.figure import Figure

    from mobility.model.files import Identity


class Sink:
    """Where data and notes go.

    Attributes
    ----------
    fmt
        Format of the data, one of `FORMATS` or `PICTURES` (then `draws`).
    target
        File to write, None for stdout.
    keep
        Networks that are read (None: the shipped one), which no output may touch.
    safe
        Write csv that a spreadsheet takes for no formula.
    """

    def __init__(
        self,
        command: str,
        fmt: str | None,
        output: str | None,
        quiet: bool,
        formats: Sequence[str] = FORMATS,
        *,
        keep: Sequence[str | Path | None] = (),
        safe: bool = False,
    ) -> None:
        self.command, self.quiet, self.safe = command, quiet, safe
        self.target = None if output in {None, "-"} else Path(str(output))
        suffix = self.target.suffix.lstrip(".").casefold() if self.target else ""
        self.fmt = fmt or {"txt": "table", "": "table"}.get(suffix, suffix)
        self.draws = self.fmt in PICTURES
        if formats and self.fmt not in formats:
            raise InputError(f"{self.target}: no format is called {suffix!r}; give -f {'|'.join(FORMATS)}")
        if safe and self.fmt != "csv":
            raise InputError("--safe-csv is for csv: give -f csv, or -o FILE.csv")
        if self.target and not self.target.parent.is_dir():  # told before the work, not after it
            raise InputError(f"cannot write {self.target}: there is no folder {self.target.parent}")
        self.keep = keep
        if self.target:
            self.refuse_kept(self.target)

    def refuse_kept(self, target: Path) -> None:
        """Raise InputError when a file to be written is one of a network that is read, or would lie in its folder."""
        from mobility.model.files import default_folder, holds

        for home in (Path(path or default_folder()) for path in self.keep):
            if holds(home, target):
                raise InputError(
                    f"cannot write {target}: it belongs to the network being read, {home}; name another file"
                )

    @property
    def reads(self) -> bool:
        """Whether a person reads the rows, so that the first of them do."""
        return self.fmt in {"table", "md"}

    @property
    def file(self) -> Path:
        """The file asked for: by `choose`, or seen by `text`."""
        return sure(self.target, "the file to write")

    def choose(self, suffixes: Iterable[str]) -> str:
        """Return the suffix of the file asked for, which must be one of some; raises InputError."""
        known = tuple(suffixes)
        found = self.target.suffix.casefold() if self.target else ""
        if found not in known:
            raise InputError(f"{self.command} needs -o FILE with one of the suffixes {', '.join(known)}")
        return found

    def note(self, text: str) -> None:
        """Write a note to stderr, unless quiet."""
        if not self.quiet:
            hide()
            click.echo(one_line(text), err=True)

    def notes(self, lines: Iterable[str]) -> None:
        """Write sentences about the rows to stderr; where a summary stands beside the rows it says the same."""
        if self.fmt not in {"json", "geojson"}:
            for line in lines:
                self.note(line)

    def rows(
        self,
        network: Identity,
        scenario: dict[str, Any],
        frame: pd.DataFrame,
        columns: Sequence[str],
        summary: dict[str, Any],
        head: str = "",
    ) -> None:
        """Write rows in the format asked for, below a `head`."""
        from mobility.present.tables import write

        about = {"command": self.command, "scenario": scenario, "network": network._asdict(), "summary": summary}
        self.text(head + write(self.fmt, frame, about, columns, safe=self.safe))

    @property
    def streams(self) -> bool:
        """Whether rows can be shown as they come: on stdout, in a format without an end."""
        return self.target is None and self.fmt in {"table", "csv"}

    def stream(self, frame: pd.DataFrame, columns: Sequence[str], *, first: bool) -> None:
        """Show rows as they come, below headings if they are the first."""
        from mobility.present.tables import streamed

        self.text(streamed(self.fmt, frame, columns, first=first, safe=self.safe))

    def text(self, text: str) -> None:
        """Write text to stdout, or whole to the file."""
        if self.target is None:
            hide()
            click.echo(text, nl=False, color=True)  # as it is: data is not for click to clean
        else:
            self.save(text.encode(errors="replace"))  # a name may hold half a letter

    def draw(self, figure: Figure) -> None:
        """Write a chart to the file asked for."""
        from mobility.present.print.sheet import picture

        self.save(picture(figure, f".{self.fmt}"))

    def folder(self, name: str) -> Path:
        """Return a folder to write into, which need not be there yet; raises InputError, before the work."""
        folder = Path(name)
        if self.target:
            raise InputError(f"give -o {self.target} or the folder {folder}, not both")
        if folder.exists() and not folder.is_dir():
            raise InputError(f"cannot write into {folder}: it is a file, not a folder")
        if not folder.parent.is_dir():
            raise InputError(f"cannot write into {folder}: there is no folder {folder.parent}")
        self.refuse_kept(folder / "map.html")
        return folder

    def save_all(self, folder: Path, files: dict[str, bytes]) -> None:
        """Write files into a folder, each whole and in their order: the last needs the others."""
        from mobility.model.files import write_whole

        folder.mkdir(exist_ok=True)
        for name, data in files.items():
            write_whole(folder / name, data)
        self.note(f"wrote {', '.join(files)} to {folder}")

    def save(self, data: bytes) -> None:
        """Write the file asked for, whole."""
        from mobility.model.files import write_whole

        write_whole(self.file, data)
        self.note(f"wrote {self.file}")
