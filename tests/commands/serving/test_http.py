"""The HTTP API, in a real server on this machine."""

import threading
import time

import pytest
import requests
import uvicorn

from console import ask
from mobility.cli import cli
from mobility.commands.serving import http
from mobility.commands.serving.questions import SERVED, questions
from mobility.commands.serving.worker import Worker


@pytest.fixture(scope="module")
def home(small):
    worker = Worker("mobility.cli:cli", str(small))
    own = uvicorn.Server(uvicorn.Config(http.app(questions(cli), worker), port=0, log_level="error"))
    thread = threading.Thread(target=own.run)
    thread.start()
    while not own.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{own.servers[0].sockets[0].getsockname()[1]}"
    own.should_exit = True
    thread.join()
    worker.close()


def test_the_same_as_the_command_line(home, small):
    for name, given, line in (
        ("routes", {"close": ["gate"]}, "routes -x gate"),
        ("bottlenecks", {"by": "link", "top": 3}, "bottlenecks --by link --top 3"),
        ("route", {"from": "alfa", "to": "echo"}, "route alfa echo"),
    ):
        answer = requests.post(f"{home}/v1/{name}", json=given, timeout=60)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
        assert answer.json() == ask(line, network=small)


def test_it_describes_itself(home):
    found = requests.get(f"{home}/openapi.json", timeout=60).json()
    assert set(found["paths"]) == {f"/v1/{name}" for name in SERVED}
    assert found["components"]["schemas"]["route"]["required"] == ["from", "to"]


@pytest.mark.parametrize(
    ("name", "body", "status", "said"),
    [
        ("routes", '{"close": ["nowhere"]}', 400, "nowhere"),
        ("routes", '{"output": "/tmp/x"}', 422, "extra_forbidden"),
        ("routes", "{", 422, "json"),
        ("routes", '{"close": ["%s"]}' % ("x" * http.MOST_BYTES), 413, "at most 100,000 bytes"),
        ("report", "{}", 404, "Not Found"),
        ("route", '{"from": "alfa", "to": "echo", "close": ["area:/etc/passwd"]}', 400, "no file is read here"),
        ("routes", "[" * 50_000, 400, "parsing the body"),
        ("routes", '{"close": [1, NaN]}', 422, '"error": "close.0: Input should be a valid string; close.1: Input'),
        ("routes", '{"\\ud800": "\\ud800"}', 422, '"error": "body: Input should be a valid string'),
        ("routes", '{"a\\nb": Infinity}', 422, '"error": "a b: Extra inputs'),
    ],
)
def test_what_is_wrong_is_said(home, name, body, status, said):
    sent = {"Content-Type": "application/json"}
    answer = requests.post(f"{home}/v1/{name}", data=body, headers=sent, timeout=60)
    assert (answer.status_code, said in answer.text) == (status, True), answer.text[:500]
    assert "Traceback" not in answer.text


def test_the_answer_is_no(home):
    asked = {"from": "alfa", "to": "echo", "mode": ["road"], "close": ["gate"]}
    answer = requests.post(f"{home}/v1/route", json=asked, timeout=60)
    assert answer.status_code == 200
    assert answer.json()["summary"]["connected"] is False


def test_no_page_of_another_host_asks(home):
    answer = requests.post(f"{home}/v1/places", json={}, headers={"Host": "evil.example"}, timeout=60)
    assert answer.status_code == 400
    sent = {"Content-Type": "text/plain"}  # as a form of a page sends it, without asking first
    assert requests.post(f"{home}/v1/places", data="{}", headers=sent, timeout=60).status_code == 422
    answer = requests.post(f"{home}/v1/places", data=b"\xff\xfe", headers=sent, timeout=60)  # no text at all
    assert (answer.status_code, answer.json()["error"][:6]) == (422, "body: ")
