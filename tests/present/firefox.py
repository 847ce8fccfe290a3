"""A headless Firefox driven by WebDriver BiDi over a websocket, with the standard library only; the network is cut."""

import base64
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
from pathlib import Path

NAMES = ("firefox-esr", "firefox")
TIMEOUT_S = 40
# A proxy that nobody answers at: whatever a page asks for is refused, and told of.
PREFERENCES = {
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "remote.prefs.recommended": True,
}


class Firefox:
    """One Firefox for all pages; FIREFOX names it if it is not on the path."""

    def __init__(self):
        exe = next(filter(None, map(shutil.which, (os.environ.get("FIREFOX", ""), *NAMES))), None)
        if exe is None:
            raise RuntimeError(f"no Firefox: apt-get install firefox-esr; looked for {', '.join(NAMES)} on PATH")
        self.home = Path(tempfile.mkdtemp(prefix="mobility-firefox-"))
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
        (self.home / "user.js").write_text("\n".join(lines), encoding="utf-8")
        self.log = self.home / "log"
        words = [exe, "--headless", "--no-remote", "--profile", str(self.home), "--remote-debugging-port", "0"]
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                words, stdout=out, stderr=out, start_new_session=True, env={**os.environ, "HOME": str(self.home)}
            )
        self.number, self.events, self.rest = 0, [], b""
        port = int(self._told(r"WebDriver BiDi listening on ws://127\.0\.0\.1:(\d+)"))
        self.line = socket.create_connection(("127.0.0.1", port), TIMEOUT_S)
        self._greet(port)
        self.call("session.new", capabilities={})
        self.call("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent", "browsingContext.load"])
        self.tab = self.call("browsingContext.getTree")["contexts"][0]["context"]

    def _told(self, pattern):
        """Return what Firefox says on its output, once it says it."""
        late = time.monotonic() + TIMEOUT_S
        while time.monotonic() < late:
            if said := re.search(pattern, self.log.read_text(errors="replace")):
                return said[1]
            time.sleep(0.05)
        raise RuntimeError(f"Firefox does not listen; it wrote: {self.log.read_text(errors='replace')[-1500:]}")

    def _greet(self, port):
        key = base64.b64encode(os.urandom(16)).decode()
        head = f"GET /session HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        self.line.sendall(f"{head}Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        while b"\r\n\r\n" not in self.rest:
            self.rest += self.line.recv(65536)
        said, self.rest = self.rest.split(b"\r\n\r\n", 1)
        assert b" 101 " in said.split(b"\r\n")[0] + b" ", said

    def call(self, method, **params):
        """Return the answer to a command; events on the way are kept."""
        self.number += 1
        data = json.dumps({"id": self.number, "method": method, "params": params}).encode()
        mask = os.urandom(4)
        size = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + struct.pack(">H", len(data))
        size = size if len(data) < 65536 else b"\xff" + struct.pack(">Q", len(data))
        self.line.sendall(b"\x81" + size + mask + bytes(c ^ mask[i % 4] for i, c in enumerate(data)))
        while True:
            message = json.loads(self._message())
            if message.get("id") == self.number:
                if message["type"] == "error":
                    raise RuntimeError(f"{method}: {message['error']}: {message['message']}")
                return message["result"]
            self.events.append(message)

    def _message(self):
        text = b""
        while True:
            first, size = self._read(2)
            size &= 0x7F
            if size > 125:
                size = int.from_bytes(self._read(2 if size == 126 else 8), "big")
            part = self._read(size)
            text += part if first & 0xF in {0, 1} else b""
            if first & 0x80 and text:
                return text

    def _read(self, count):
        while len(self.rest) < count:
            piece = self.line.recv(1 << 20)
            if not piece:
                raise RuntimeError("Firefox ended")
            self.rest += piece
        found, self.rest = self.rest[:count], self.rest[count:]
        return found

    def visit(self, path):
        """Open a page from disk; return what went wrong, and what it asked the network for."""
        self.events.clear()
        url = Path(path).resolve().as_uri()
        self.call("browsingContext.navigate", context=self.tab, url=url, wait="complete")
        self.run("new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(r, 50))))")
        said = [e["params"] for e in self.events if e.get("method") == "log.entryAdded"]
        errors = [entry["text"] for entry in said if entry["level"] in {"error", "warn"}]
        asked = [e["params"]["request"]["url"] for e in self.events if e.get("method") == "network.beforeRequestSent"]
        return errors, [address for address in asked if address != url and not address.startswith("data:")]

    def run(self, script):
        """Return the value of a JavaScript expression, a promise's included."""
        answer = self.call("script.evaluate", expression=script, target={"context": self.tab}, awaitPromise=True)
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return answer["result"].get("value")

    def close(self):
        """End Firefox and remove its folder."""
        with contextlib.suppress(RuntimeError, OSError):
            self.call("browser.close")
        with contextlib.suppress(OSError):
            self.line.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)  # its own group: nothing else dies
            self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)
