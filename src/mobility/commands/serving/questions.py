"""What other programs may ask: the commands that only read the network, and their options as typed words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import click
from pydantic import BaseModel, ConfigDict, Field, create_model

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVED = (
    "places", "links", "projects", "sets", "profiles", "route", "routes", "reach", "whatif", "bottlenecks", "interdict",
    "protect", "recover", "redundancy", "deploy", "schedule",
)  # fmt: skip
_NOT_ASKED = {"help", "scenario", "fmt", "output", "quiet", "safe_csv", "workers"}  # and whatever is a file
ORDERS = "orders"  # of schedule: the text of what is a file on the command line
_TYPES: dict[Any, type] = {
    click.types.BoolParamType: bool,
    click.types.IntParamType: int,
    click.IntRange: int,
    click.types.FloatParamType: float,
    click.FloatRange: float,
}


@dataclass(frozen=True)
class Question:
    """A command that can be asked, and what it takes."""

    name: str
    command: click.Command

    @property
    def about(self) -> str:
        """What it answers, in a sentence or more."""
        return " ".join((self.command.help or "").split("\f")[0].split())

    @cached_property
    def takes(self) -> type[BaseModel]:
        """Model of its words: those of the command line, long options without dashes."""
        fields: dict[str, Any] = {}
        for word, param in self._params.items():
            about = getattr(param, "help", None) or f"{param.name}, as on the command line"
            kind, needed = _type(param), isinstance(param, click.Argument)
            fields[f"{word}_"] = (
                kind if needed else kind | None,
                Field(... if needed else None, alias=word, description=about),
            )
        if self.name == "schedule":
            fields[f"{ORDERS}_"] = str, Field(..., alias=ORDERS, description="Text of FILE.toml: start and [[force]].")
        return create_model(self.name, __config__=ConfigDict(extra="forbid"), **fields)

    def words(self, asked: BaseModel) -> tuple[list[str], str]:
        """Return the command line, and its standard input, for what is asked; no value can pass for an option."""
        given = asked.model_dump(by_alias=True, exclude_none=True)
        text, last = given.pop(ORDERS, ""), ["-"] if self.name == "schedule" else []
        words = [self.name, "-f", "json"]
        for word, value in given.items():
            param = self._params[word]
            if isinstance(param, click.Argument):
                last.append(str(value))
            elif isinstance(value, bool):
                words += [param.opts[-1]] * value
            else:
                joint = "=" if param.opts[-1].startswith("--") else ""
                words += [f"{param.opts[-1]}{joint}{one}" for one in (value if isinstance(value, list) else [value])]
        return [*words, "--", *last], text

    @cached_property
    def _params(self) -> Mapping[str, click.Parameter]:
        asked = (p for p in self.command.params if p.name not in _NOT_ASKED and not isinstance(p.type, click.Path))
        return {_word(param): param for param in asked}


def questions(group: click.Group) -> dict[str, Question]:
    """Return what can be asked of a command line, by name."""
    context = click.Context(group)
    found = {name: group.get_command(context, name) for name in SERVED}
    return {name: Question(name, command) for name, command in found.items() if command is not None}


def _word(param: click.Parameter) -> str:
    """Return how a program names it: by its long option, or as the help shows an argument."""
    argument = (param.metavar or str(param.name)).casefold() if isinstance(param, click.Argument) else ""
    return argument or param.opts[-1].lstrip("-").replace("-", "_")


def _type(param: click.Parameter) -> Any:  # noqa: ANN401 - a type
    one: Any = _TYPES.get(type(param.type), str)
    if isinstance(param.type, click.Choice):
        one = Literal[tuple(map(str, param.type.choices))]
    return list[one] if param.multiple else one
