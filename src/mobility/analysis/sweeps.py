"""Sweeps: one question asked of many things, by as many workers as there are, with the same answers in the same order.

Workers are processes of this machine, or those of a Dask cluster. What all items share (the network) is sent to
each worker once. When workers die, what they had in hand is done again. A journal keeps every answer as it
comes: an interrupted sweep goes on from there.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import signal
from concurrent.futures import BrokenExecutor, CancelledError, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import TYPE_CHECKING, Any

from mobility.errors import InputError, WorkerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from mobility.model.network import Network

    Ask = Callable[[Any, Any], Any]
    Found = Iterator[tuple[int, Any]]
    Sweep = Callable[[Ask, Iterable[Any], Any], Iterator[Any]]

_TRIES = 3  # times in a row that workers may die without one result
_SENT: list[bytes] = []  # in a worker process: what it was started with


def sweep(
    function: Ask,
    items: Iterable[Any],
    shared: Any,  # noqa: ANN401 - what the function takes
    *,
    workers: int | str = 1,
    journal: Journal | None = None,
    progress: Callable[[Found, int], Found] | None = None,
) -> Iterator[Any]:
    """Iterate over `function(shared, item)` of every item, in the order of the items, whoever computes it.

    An analysis takes it as its parameter `run`; ``functools.partial(sweep, workers=2)`` sweeps by two processes.

    Parameters
    ----------
    function
        Of a module, so that workers can import it; with a journal it returns what JSON can hold. What it
        returns depends on its arguments alone. A call is best worth a second or so.
    items
        What JSON can hold, each once.
    shared
        What all items need; sent to every worker once.
    workers
        How many processes (1: this one), or the address of a Dask scheduler. Processes import the main
        script anew: there, call under ``if __name__ == "__main__"``.
    journal
        Where results are kept, and taken from.
    progress
        Wraps the iterator over results as they come, given their number: a progress bar.

    Raises
    ------
    WorkerError
        When the cluster does not answer, or workers die again and again.
    """
    things = dict(enumerate(items))
    keys = [] if journal is None else [json.dumps([function.__name__, item]) for item in things.values()]
    known = {} if journal is None else {i: journal.known[key] for i, key in enumerate(keys) if key in journal.known}
    left = {i: item for i, item in things.items() if i not in known}
    if workers == 1:
        found: Found = ((i, function(shared, item)) for i, item in left.items())
    else:
        found = _by_workers(function, left.copy(), shared, workers)
    found = found if progress is None else progress(found, len(left))
    ready, turn = {}, 0
    for i, result in chain(known.items(), found):
        if journal is not None and i in left:
            journal.add(keys[i], result)
        ready[i] = result
        while turn in ready:
            yield ready.pop(turn)
            turn += 1


class Journal:
    """Results kept in a file as they come: a line that says of what they are, then one JSON line each.

    A line ends in a checksum of the first line and of itself: one that this question did not write, or that was
    changed since in any figure, is refused before anything of it is read.

    Parameters
    ----------
    path
        Made when there is none; else a plain file. A last line that was only half written is dropped.
    about
        What the results depend on besides the items; a file about anything else is refused (InputError).
    """

    def __init__(self, path: Path, about: dict[str, Any]) -> None:
        self.path, self.known = path, dict[str, Any]()
        self.head = json.dumps(about, sort_keys=True).encode() + b"\n"
        try:
            lines = self._opened()
        except OSError as error:
            raise InputError(f"cannot keep results in {path}: {error.strerror}") from None
        for number, line in enumerate(lines, 2):
            body, _, seal = line.rpartition(b", ")
            if seal != self._seal(body):
                raise InputError(f"{path}:{number}: is no result of this sweep, or was changed since; remove the line")
            *key, result = json.loads(body + b"]")
            self.known[json.dumps(key)] = result

    def _opened(self) -> list[bytes]:
        """Return the whole lines of results; the first line is looked at before all else is read, or written."""
        if self.path.exists() and not self.path.is_file():
            raise InputError(f"cannot keep results in {self.path}: it is no plain file")
        with self.path.open("a+b") as file:
            file.seek(0)
            first = file.read(len(self.head))
            if not self.head.startswith(first):
                raise InputError(f"{self.path} holds no results of this question; name another file to keep them in")
            text = first + file.read()
            whole = text[: text.rfind(b"\n") + 1]
            file.truncate(len(whole))
            file.write(b"" if whole else self.head)
        return whole.split(b"\n")[1:-1]

    def _seal(self, body: bytes) -> bytes:
        """Return what ends a line: a checksum in quotes, and the bracket."""
        return b'"' + hashlib.sha256(self.head + body).hexdigest()[:16].encode() + b'"]'

    def add(self, key: str, result: Any) -> None:  # noqa: ANN401 - what JSON can hold
        """Keep a result."""
        body = f"{key[:-1]}, {json.dumps(result)}".encode()
        try:
            with self.path.open("ab") as file:
                file.write(body + b", " + self._seal(body) + b"\n")
        except OSError as error:
            raise InputError(f"cannot keep results in {self.path}: {error.strerror}") from None


def checksum(net: Network) -> str:
    """Return the sha256 of a network as it is seen: its files, what the scenario makes of them, and the profile."""
    import pandas as pd

    left_out = net.exclude_doubtful, net.exclude_relief, net.include_access, net.detrain
    seen = net.identity, net.profile, net.pace, net.regime, sorted(net.denied), left_out
    digest = hashlib.sha256(repr(seen).encode())
    for table in (net.links.drop(columns="geometry"), net.places.drop(columns="geometry"), net.borders):
        digest.update(pd.util.hash_pandas_object(table).to_numpy().tobytes())
    return digest.hexdigest()


def _by_workers(function: Ask, left: dict[int, Any], shared: Any, workers: int | str) -> Found:  # noqa: ANN401
    """Iterate over results as they come; what dead workers leave is done by others."""
    packed = pickle.dumps((function, shared))
    idle = 0
    while left:
        many = len(left)
        with _cluster(workers, packed) if isinstance(workers, str) else _pool(min(workers, many), packed) as submit:
            asked = {submit(item): i for i, item in left.items()}
            try:
                for future in as_completed(asked):
                    result = future.result()
                    i = asked.pop(future)
                    del left[i]
                    yield i, result
            except (BrokenExecutor, CancelledError):
                idle = 0 if len(left) < many else idle + 1
        if idle == _TRIES:
            raise WorkerError(f"workers died {idle} times without a result; is there memory enough for them?")


@contextmanager
def _pool(number: int, packed: bytes) -> Iterator[Callable[[Any], Future[Any]]]:
    """Start processes; what is still to be done at the end is dropped."""
    pool = ProcessPoolExecutor(number, get_context("spawn"), _begin, (packed,))

    def submit(item: Any) -> Future[Any]:  # noqa: ANN401
        _ctrl_c("SIG_BLOCK")  # a process that starts inherits it
        try:
            return pool.submit(_by_process, item)
        finally:
            _ctrl_c("SIG_UNBLOCK")

    try:
        yield submit
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _cluster(address: str, packed: bytes) -> Iterator[Callable[[Any], Future[Any]]]:
    """Connect with a Dask scheduler."""
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise InputError(f"{address} is a Dask cluster: pip install 'mobility[distributed]'") from None
    try:
        client = Client(address, timeout=10, set_as_default=False)
    except (OSError, ValueError):
        raise WorkerError(f"no Dask scheduler answers at {address}") from None
    with client:
        try:
            sent = client.scatter(packed, broadcast=True, hash=False)
        except TimeoutError:
            raise WorkerError(f"the Dask scheduler at {address} has no workers") from None
        pool = client.get_executor(pure=False)
        try:
            yield lambda item: pool.submit(_by_sent, sent, item)
        except KilledWorker as error:
            raise WorkerError(f"workers at {address} died again and again: {error}") from None


def _begin(packed: bytes) -> None:
    """Start a worker process; Ctrl-C ends it without a word."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _ctrl_c("SIG_UNBLOCK")
    Thread(target=_end_with_parent, daemon=True).start()
    _SENT[:] = [packed]


def _end_with_parent() -> None:
    """End a worker whose parent was killed: nobody would ever ask it again, nor tell it to end."""
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)


def _ctrl_c(how: str) -> None:
    """Hold Ctrl-C back, or let it through again; Windows cannot."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(getattr(signal, how), {signal.SIGINT})


def _by_process(item: Any) -> Any:  # noqa: ANN401
    return _by_sent(_SENT[0], item)


def _by_sent(packed: bytes, item: Any) -> Any:  # noqa: ANN401
    function, shared = _unpacked(packed)
    return function(shared, item)


@lru_cache(maxsize=1)
def _unpacked(packed: bytes) -> tuple[Ask, Any]:
    function, shared = pickle.loads(packed)  # noqa: S301 - from the process that started this one
    return function, shared
