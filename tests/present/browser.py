"""A headless Chromium with the network cut, driven through its debugging pipe with the standard library only."""

import base64
import contextlib
import fcntl
import json
import os
import select
import shutil
import signal
import tempfile
import time
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-extensions --disable-dev-shm-usage --hide-scrollbars "
    "--force-color-profile=srgb --remote-debugging-pipe --proxy-server=127.0.0.1:9 --proxy-bypass-list=<-loopback>"
).split()
CUT = "--host-resolver-rules=MAP * ~NOTFOUND"
TIMEOUT_S = 30

SIZES = {"wide": (1280, 800), "narrow": (420, 800)}


class Browser:
    """One Chromium for many pages; CHROMIUM names it if it is not on the path.

    `reached` is the one address of this machine that it may ask; without it none.
    """

    def __init__(self, reached=""):
        self.reached = reached
        exe = next(filter(None, map(shutil.which, (os.environ.get("CHROMIUM", ""), *NAMES))), None)
        if exe is None:
            raise RuntimeError(
                f"the map tests need a browser: install Chromium (apt-get install chromium), or name one in the "
                f"environment variable CHROMIUM; looked for {', '.join(NAMES)} on PATH"
            )
        self.home = tempfile.mkdtemp(prefix="mobility-browser-")
        heard, self._out = (_high(fd) for fd in os.pipe())  # Chromium reads 3 and writes 4
        self._in, said = (_high(fd) for fd in os.pipe())
        log = _high(os.open(Path(self.home) / "log", os.O_CREAT | os.O_WRONLY, 0o600))
        moves = [(os.POSIX_SPAWN_DUP2, old, new) for old, new in ((log, 1), (log, 2), (heard, 3), (said, 4))]
        near = [f"--proxy-bypass-list={reached}"] if reached else []  # the last of a flag counts
        words = [
            exe,
            *FLAGS,
            *near,
            f"{CUT}, EXCLUDE {reached or 'none'}",
            f"--user-data-dir={self.home}/profile",
            "about:blank",
        ]
        self.pid = os.posix_spawn(exe, words, dict(os.environ), file_actions=moves, setpgroup=0)
        for fd in (heard, said, log):
            os.close(fd)
        self._rest, self._last, self.events = b"", 0, []

    def call(self, method, session=None, **params):
        """Return the answer to one command of the DevTools protocol."""
        self._last += 1
        number = self._last
        message = {"id": number, "method": method, "params": params} | ({"sessionId": session} if session else {})
        with contextlib.suppress(BrokenPipeError):  # then the wait below says what Chromium wrote
            text = json.dumps(message).encode() + b"\0"
            while text:
                text = text[os.write(self._out, text) :]
        answer = self.wait(lambda m: m.get("id") == number, method)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def wait(self, wanted, what):
        """Return the first new message that is wanted; events on the way are kept."""
        end = time.monotonic() + TIMEOUT_S
        while True:
            head, found, tail = self._rest.partition(b"\0")
            if found:
                self._rest = tail
                message = json.loads(head)
                if "method" in message:
                    self.events.append(message)
                if wanted(message):
                    return message
                continue
            ready, _, _ = select.select([self._in], [], [], max(0, end - time.monotonic()))
            piece = os.read(self._in, 1 << 20) if ready else b""
            if not piece:
                log = (Path(self.home) / "log").read_text(errors="replace")[-2000:]
                raise RuntimeError(f"Chromium {'gave no answer' if not ready else 'ended'} at {what}; it wrote: {log}")
            self._rest += piece

    def open(self, path, size=(1280, 800)):
        """Open a page from disk, or from the one address that is reached, in a tab of its own."""
        return Page(self, path if str(path).startswith("http:") else Path(path).resolve().as_uri(), size)

    def close(self):
        """End Chromium and remove its folder."""
        with contextlib.suppress(RuntimeError):
            self.call("Browser.close")
        end = time.monotonic() + 5
        while os.waitpid(self.pid, os.WNOHANG) == (0, 0):
            if time.monotonic() > end:
                os.killpg(self.pid, signal.SIGKILL)  # its own group: nothing else dies
                os.waitpid(self.pid, 0)
                break
            time.sleep(0.02)
        os.close(self._in)
        os.close(self._out)
        shutil.rmtree(self.home, ignore_errors=True)


class Page:
    """A tab: what it asked the network for, what went wrong, what it shows."""

    def __init__(self, browser, url, size):
        self.browser, self.url = browser, url
        self.target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=self.target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        width, height = size
        cut = {"offline": not browser.reached, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
        self.call(
            "Network.emulateNetworkConditions", **(cut | dict.fromkeys(["downloadThroughput", "uploadThroughput"], -1))
        )
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Page.setLifecycleEventsEnabled", enabled=True)
        loader = self.call("Page.navigate", url=url)["loaderId"]

        def loaded(params):
            return params["name"] == "load" and params["loaderId"] == loader

        if not any(map(loaded, self._heard("Page.lifecycleEvent"))):
            browser.wait(lambda m: m.get("method") == "Page.lifecycleEvent" and loaded(m["params"]), url)
        self.settle()

    def call(self, method, **params):
        """Return the answer to one command to this tab."""
        return self.browser.call(method, self.session, **params)

    def _heard(self, method):
        mine = (m for m in self.browser.events if m.get("sessionId") == self.session)
        return [m["params"] for m in mine if m.get("method") == method]

    def settle(self):
        """Wait until two frames are drawn."""
        self.run("new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => r(1))))")

    def run(self, script):
        """Return the value of a JavaScript expression, a promise's included."""
        answer = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"])[:2000])
        return answer["result"].get("value")

    def hover(self, x, y):
        """Move the mouse to a point of the view."""
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x - 1, y=y - 1)
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        self.settle()

    def requests(self):
        """Return the addresses asked for, the page itself and data: left out."""
        seen = [p["request"]["url"] for p in self._heard("Network.requestWillBeSent")]
        return [url for url in seen if url != self.url and not url.startswith("data:")]

    def errors(self):
        """Return what the console or the page complained about."""
        said = [p for p in self._heard("Runtime.consoleAPICalled") if p["type"] in {"error", "warning", "assert"}]
        logged = [p["entry"] for p in self._heard("Log.entryAdded") if p["entry"]["level"] in {"error", "warning"}]
        return [*self._heard("Runtime.exceptionThrown"), *said, *logged]

    def picture(self):
        """Return what is seen, as a PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])

    def pixels(self, colour, near=0):
        """Return how many pixels of the view have a colour (#RRGGBB), or come near it in each channel."""
        close = (f"Math.abs(a[i + {k}] - {c}) <= {near}" for k, c in enumerate(bytes.fromhex(colour[1:])))
        return self._count([self.picture()], " && ".join(close))

    def changes(self, script):
        """Return how many pixels of the view a script changes."""
        before = self.picture()
        self.run(script)
        self.settle()
        return self._count([before, self.picture()], "a[i] !== b[i] || a[i + 1] !== b[i + 1] || a[i + 2] !== b[i + 2]")

    def _count(self, pictures, condition):
        data = json.dumps([base64.b64encode(p).decode() for p in pictures])
        return self.run(f"""(async () => {{
            const [a, b] = await Promise.all({data}.map(async text => {{
              const image = new Image(); image.src = "data:image/png;base64," + text; await image.decode();
              const canvas = document.createElement("canvas"); canvas.width = image.width; canvas.height = image.height;
              const pen = canvas.getContext("2d"); pen.drawImage(image, 0, 0);
              return pen.getImageData(0, 0, image.width, image.height).data; }}));
            let count = 0;
            for (let i = 0; i < a.length; i += 4) if ({condition}) count++;
            return count; }})()""")

    def key(self, name, text="", modifiers=0):
        """Press a key, with Control (2) and Shift (8) among the modifiers; a letter also writes itself."""
        codes = {"Enter": 13, "Tab": 9, " ": 32, "Escape": 27, "ArrowDown": 40}
        held = {"modifiers": modifiers} if modifiers else {}
        more = {"key": name, "windowsVirtualKeyCode": codes.get(name, 0)} | ({"text": text} if text else {}) | held
        self.call("Input.dispatchKeyEvent", type="keyDown", **more)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=name, **held)
        self.settle()

    def write(self, text):
        """Type text where the focus is."""
        self.call("Input.insertText", text=text)
        self.settle()

    def click(self, x, y):
        """Click a point of the view."""
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
        self.settle()

    def printed(self):
        """Return the page as a PDF."""
        return base64.b64decode(self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"])

    def close(self):
        """Close the tab."""
        self.browser.call("Target.closeTarget", targetId=self.target)


def _high(fd):
    """Return the same file under a number that no child's 0 to 4 can meet; close the first."""
    high = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 20)
    os.close(fd)
    return high
