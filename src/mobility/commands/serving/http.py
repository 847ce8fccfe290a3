"""The questions over HTTP: POST /v1/NAME with the words of the command as JSON; /openapi.json describes them all."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware

from mobility.commands.serving.worker import BUSY, TOO_LONG
from mobility.errors import OURS
from mobility.vocabulary import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import BaseModel
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from mobility.commands.serving.questions import Question
    from mobility.commands.serving.worker import Answer, Worker

HOST = "127.0.0.1"
MOST_BYTES = 100_000  # of a question
_MOST_FAULTS = 20  # of a question that are told
_STATUS = {
    2: HTTPStatus.BAD_REQUEST,
    OURS: HTTPStatus.INTERNAL_SERVER_ERROR,
    BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
    TOO_LONG: HTTPStatus.GATEWAY_TIMEOUT,
}


def app(asked: Mapping[str, Question], worker: Worker) -> FastAPI:
    """Return the application: a path for each question."""
    api = FastAPI(title="mobility", version=VERSION, docs_url=None, redoc_url=None)
    api.add_middleware(_Short)
    api.add_middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])  # a page elsewhere cannot ask
    api.add_exception_handler(RequestValidationError, _not_taken)
    for question in asked.values():
        api.add_api_route(
            f"/v1/{question.name}", _endpoint(question, worker), methods=["POST"], operation_id=question.name,
            summary=question.about.partition(". ")[0].removesuffix("."), description=question.about,
        )  # fmt: skip
    return api


def _endpoint(question: Question, worker: Worker) -> Callable[..., Response]:
    def answer(asked: BaseModel) -> Response:
        return _response(worker.ask(*question.words(asked)))

    answer.__annotations__["asked"] = question.takes
    return answer


def _response(answer: Answer) -> Response:
    """Return what the command writes, as it is; with status 1 ("the answer is no") too if it writes something."""
    if answer.text and answer.status in {0, 1}:
        return Response(answer.text, media_type="application/json")
    status = _STATUS.get(answer.status, HTTPStatus.UNPROCESSABLE_ENTITY)
    return JSONResponse({"error": answer.said, "exit": answer.status}, status)


def _not_taken(_request: Request, error: Exception) -> Response:
    """Say which words are not taken, and why; what was sent is not sent back: not all of it can be written as JSON."""
    faults: list[dict[str, Any]] = getattr(error, "errors", list)()
    found = [{name: fault[name] for name in ("type", "loc", "msg")} for fault in faults[:_MOST_FAULTS]]
    line = "; ".join(f"{'.'.join(map(str, fault['loc'][1:])) or 'body'}: {fault['msg']}" for fault in found)
    answer = {"error": " ".join(line.split()), "exit": 2, "detail": found}
    return Response(json.dumps(answer), HTTPStatus.UNPROCESSABLE_ENTITY, media_type="application/json")


class _Short:
    """Refuses a body that is too long, however it comes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        size = 0
        messages: list[Message] = []
        while scope["type"] == "http" and (not messages or messages[-1].get("more_body")):
            messages.append(await receive())
            size += len(messages[-1].get("body", b""))
            if size > MOST_BYTES:
                why = {"error": f"a question has at most {MOST_BYTES:,} bytes", "exit": 2}
                await JSONResponse(why, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)(scope, receive, send)
                return

        async def again() -> Message:
            return messages.pop(0) if messages else await receive()

        await self.app(scope, again, send)


def serve(asked: Mapping[str, Question], worker: Worker, port: int) -> None:
    """Answer on a port of this machine, to programs on it only, until interrupted."""
    options: dict[str, Any] = {"host": HOST, "port": port, "log_level": "warning", "limit_concurrency": 32}
    uvicorn.run(app(asked, worker), **options)
