"""The door of `serve`: a request over HTTP, put to the application in this process, and its answer as a command's."""

import asyncio
import json
import sys
from functools import cache, partial
from pathlib import Path

import click

from fuzz.spoiling import WORDS, hostile, raw, spoil
from fuzz.valid import NETWORK, ORDERS

PAIR = {"from": "alfa", "to": "echo"}
ASKED = {
    "places": {"kind": "city", "country": "AA"},
    "links": {"mode": ["road"], "close": ["gate"], "corridor": "T"},
    "projects": {},
    "sets": {},
    "profiles": {},
    "route": PAIR | {"via": ["bravo"], "start": "Mon 06:00", "close": ["around:alfa:1km"]},
    "routes": {"from": ["alfa"], "to": ["set:east"], "uncertain": 2, "seed": 1, "set": ["gate:wait=2"]},
    "reach": {"place": "alfa", "hours": "5.5", "exclude_doubtful": True},
    "whatif": {"close": ["gate"], "build": ["border-rail"], "against": "today", "transit": "nato"},
    "bottlenecks": {"by": "link", "top": 3, "failures": 3},
    "interdict": {"k": 1, "spare": ["gate--delta-road"], "seconds": 2},
    "protect": {"F": 1, "k": 1, "seconds": 2},
    "recover": {"k": 1, "sets": 1, "crews": 2},
    "redundancy": {"table": "pairs", "budget": 100.5},
    "deploy": {"vehicles": 10, "profile": "wheeled", "trains": 2},
    "schedule": {"orders": ORDERS.decode(), "tries": 2, "seconds": 5},
}
VALUES = (
    None,
    True,
    False,
    0,
    1,
    -1,
    1.5,
    2**53,
    2**63,
    10**400,
    1e308,
    float("nan"),
    float("inf"),
    "",
    [],
    {},
    [None],
)
VALUES += ([[]], {"a": 1}, ["gate"] * 500, [{"from": "alfa"}], "\ud800", "gate", ["gate", 1], [True])


def serve(random):
    """Questions of other programs: their path, their head, and words of JSON with the wrong type, size or name."""
    name = random.choice(sorted(ASKED))
    asked = dict(ASKED[name])
    for _ in range(random.choice((0, 1, 1, 1, 2))):
        _spoil_one(random, asked)
    body = raw(json.dumps(asked, ensure_ascii=random.random() < 0.5))
    if random.random() < 0.2:
        body = spoil(random, body)
    if random.random() < 0.02:
        body = random.choice((b"[" * 60_000, b'{"close": [' + b'"gate",' * 20_000, b"", b"1", b'"x"', b"[{}]", b"null"))
    Path("in/body").write_bytes(body)
    path, kind, host = f"/v1/{name}", "application/json", "127.0.0.1"
    if random.random() < 0.1:
        path = random.choice(
            ("/", "/v1/", "/openapi.json", f"/v1/{hostile(random)[:300]}", f"/v1/{name}/x", f"//v1/{name}")
        )
    if random.random() < 0.05:
        kind = random.choice(
            ("text/plain", "application/json; charset=utf-16", "multipart/form-data", "", hostile(random)[:99])
        )
    if random.random() < 0.03:
        host = random.choice(("evil.example", "localhost", "", hostile(random)[:99]))
    method = random.choice(("POST",) * 30 + ("GET", "PUT", "DELETE", "HEAD", "X"))
    return [method, json.dumps([path, kind, host]), "-f", "json"]


def _spoil_one(random, asked):
    """Give one word of a question another value, another name, or take it away."""
    key = random.choice([*asked, "close"])
    how = random.random()
    if how < 0.25:
        asked[key] = random.choice(VALUES)
    elif how < 0.7:
        word = hostile(random)
        if key == "orders":
            word = spoil(random, ORDERS).decode("utf-8", "replace")
        asked[key] = [word] if isinstance(asked.get(key), list) != (random.random() < 0.1) else word
    elif how < 0.85:
        asked[random.choice((hostile(random), *_NAMES))] = random.choice((*VALUES, *WORDS[:30]))
    else:
        asked.pop(key, None)


_NAMES = [*sorted({name for words in ASKED.values() for name in words}), "output", "scenario", "resume", "help"]


@click.command
@click.argument("method")
@click.argument("head")
@click.option("-f", "_fmt")
def asking(method, head, _fmt):
    """Put the question of `in/body`; refused is what the server refuses, with one line."""
    path, kind, host = json.loads(head)
    status, answer = _answered(method, path, kind, host, Path("in/body").read_bytes())
    if status == 200:
        click.echo(answer)
        return
    if status >= 500:
        click.echo(f"{status}: {answer[:500]!r}", err=True)
        sys.exit(status)
    if status in {400, 413} and kind == "application/json" and host == "127.0.0.1":
        said = json.loads(answer)
        line = said.get("error", said.get("detail"))
        if not isinstance(line, str) or "\n" in line or "Traceback" in line:
            click.echo(f"refused with more than a line: {answer[:500]!r}", err=True)
            sys.exit(70)
    raise click.UsageError(f"{status}: {answer[:300]!r}")


class _Noting:
    """In the place of the worker: notes what would be worked out, which is done when the server has answered."""

    asked = None

    def ask(self, words, text=""):
        from mobility.commands.serving.worker import Answer

        self.asked = words, text
        return Answer(0, "{}", "")


@cache
def _server():
    from mobility.cli import cli
    from mobility.commands.serving import http
    from mobility.commands.serving.questions import questions

    noted = _Noting()
    return http.app(questions(cli), noted), noted


def _answered(method, path, kind, host, body):
    """Return status and body of an answer."""
    from mobility.cli import cli
    from mobility.commands.serving import http, worker
    from mobility.model.doors import sealed

    app, noted = _server()
    noted.asked = None
    status, answer = asyncio.run(_sent(app, method, path, kind, host, body))
    if noted.asked is None:
        return status, answer
    words, text = noted.asked
    streams = sys.stdin, sys.stdout, sys.stderr
    try:
        with sealed(NETWORK):
            ask = partial(cli.main, ["--network", NETWORK, *words], prog_name="mobility", standalone_mode=False)
            found = worker._answer(ask, text)
    finally:
        sys.stdin, sys.stdout, sys.stderr = streams
    response = http._response(found)
    return response.status_code, response.body


async def _sent(app, method, path, kind, host, body):
    """Send a request to an application, as a server would, in two pieces; return the status and body."""
    half = len(body) // 2
    pieces = [(body[:half], True), (body[half:], False)]
    found = {"body": b""}
    head = [(b"host", raw(host)), (b"content-type", raw(kind))]
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http"}
    scope |= {"path": path, "raw_path": raw(path), "query_string": b"", "root_path": "", "headers": head}
    scope |= {"client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8765)}

    async def receive():
        if not pieces:
            return {"type": "http.disconnect"}
        piece, more = pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": more}

    async def send(message):
        found["status"] = message.get("status", found.get("status"))
        found["body"] += message.get("body", b"")

    await app(scope, receive, send)
    return found["status"], found["body"]
