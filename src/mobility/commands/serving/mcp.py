"""The questions as tools of an MCP server (Model Context Protocol) on standard input and output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from pydantic import ValidationError

from mobility.vocabulary import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mobility.commands.serving.questions import Question
    from mobility.commands.serving.worker import Worker

_ABOUT = (
    "Reinforcement routes, closures, losses and gains of a military-mobility network. Names are those of `places` and "
    "`links`; hours are as the scenario has them. Figures carry their sources and confidence in the network's tables."
)


def server(asked: Mapping[str, Question], worker: Worker) -> Server[Any]:
    """Return the server: a tool for each question, its answer the JSON of the command."""
    tools = [
        types.Tool(name=q.name, description=q.about, input_schema=q.takes.model_json_schema()) for q in asked.values()
    ]

    async def listed(_: Any, __: Any) -> types.ListToolsResult:  # noqa: ANN401 - of the library
        return types.ListToolsResult(tools=tools)

    async def called(_: Any, params: types.CallToolRequestParams) -> types.CallToolResult:  # noqa: ANN401
        question = asked.get(params.name)
        if question is None:
            return _result(f"no tool is called {params.name!r}; there are {', '.join(asked)}", failed=True)
        try:
            words, text = question.words(question.takes.model_validate(params.arguments or {}))
        except ValidationError as error:
            first = error.errors()[0]
            return _result(f"{'.'.join(map(str, first['loc']))}: {first['msg']}", failed=True)
        answer = await anyio.to_thread.run_sync(worker.ask, words, text)
        answered = bool(answer.text) and answer.status in {0, 1}
        return _result(answer.text if answered else answer.said, failed=not answered)

    return Server("mobility", version=VERSION, instructions=_ABOUT, on_list_tools=listed, on_call_tool=called)


def _result(text: str, *, failed: bool) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)], is_error=failed)


def serve(asked: Mapping[str, Question], worker: Worker) -> None:
    """Answer on standard input and output until they close."""

    async def run() -> None:
        own = server(asked, worker)
        async with stdio_server() as (reads, writes):
            await own.run(reads, writes, own.create_initialization_options())

    anyio.run(run)
