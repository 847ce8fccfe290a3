"""The MCP server, asked by the library's own client over the pipes of a real process."""

import json
import sys

import anyio
import pytest
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

from console import ask
from mobility.commands.serving.questions import SERVED


@pytest.fixture(scope="module")
def answers(small):
    asked = [
        ("routes", {"close": ["gate"]}),
        ("route", {"from": "alfa", "to": "nowhere"}),
        ("route", {"nonsense": 1}),
        ("report", {}),
        ("places", {}),
    ]

    async def talk():
        words = ["-m", "mobility", "--network", str(small), "serve", "--mcp"]
        async with (
            stdio_client(StdioServerParameters(command=sys.executable, args=words)) as (reads, writes),
            ClientSession(reads, writes) as session,
        ):
            await session.initialize()
            tools = (await session.list_tools()).tools
            return tools, [await session.call_tool(name, given) for name, given in asked]

    return anyio.run(talk)


def test_a_tool_for_each_question(answers):
    tools, _ = answers
    assert tuple(tool.name for tool in tools) == SERVED
    assert all(tool.description and tool.input_schema["properties"] for tool in tools)


def test_the_same_as_the_command_line(answers, small):
    (routes, *_, places) = answers[1]
    assert json.loads(routes.content[0].text) == ask("routes -x gate", network=small)
    assert json.loads(places.content[0].text) == ask("places", network=small)


def test_what_is_wrong_is_said(answers):
    _, place, word, tool, _ = answers[1]
    assert [answer.is_error for answer in answers[1]] == [False, True, True, True, False]
    assert "nowhere" in place.content[0].text
    assert "Extra inputs are not permitted" in word.content[0].text or "required" in word.content[0].text
    assert tool.content[0].text.startswith("no tool is called 'report'; there are places, ")
