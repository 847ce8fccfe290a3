"""What the Tab key offers for a place, a closure, a project: what the tables of the network call so."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from click.shell_completion import CompletionItem

from mobility.errors import MobilityError
from mobility.vocabulary import ALL, split

if TYPE_CHECKING:
    from collections.abc import Callable

    import click

    Completion = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def named(*tables: str, sets: bool = False) -> Completion:
    """Return what offers ids of tables, with their names, and set:NAME; nothing where the network is no CSV folder."""

    def offered(ctx: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem]:
        from mobility.model.tables import read_csv

        home = _home(ctx)
        found: dict[str, str] = {}
        for table in tables:
            columns = read_csv(home / f"{table}.csv", table).columns
            found |= dict(zip(columns.get("id", ()), columns.get("name", ()), strict=False))
            if sets and table == "places":
                found |= {f"set:{name}": "" for cell in columns.get("sets", ()) for name in split(cell)}
        return [CompletionItem(key, help=name) for key, name in found.items() if key.startswith(typed.casefold())]

    return offered


def profiles(ctx: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem]:
    """Offer the profiles of the network, and all of them."""
    from mobility.model.files import rules_at

    try:
        known = rules_at(_home(ctx)).profiles
    except MobilityError:  # nothing can be offered, and Tab is no place to say why
        return []
    return [CompletionItem(name) for name in (*known, ALL) if name.startswith(typed)]


def _home(ctx: click.Context) -> Path:
    from mobility.model.files import default_folder

    path = ctx.find_root().params.get("network")
    return Path(path) if path else default_folder()


def words(*choices: str) -> Completion:
    """Return what offers a few words."""
    return lambda _ctx, _parameter, typed: [CompletionItem(word) for word in choices if word.startswith(typed)]
