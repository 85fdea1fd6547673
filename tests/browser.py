"""A real headless Chromium that a test asks through its debugging pipe: scripts, keys, pictures, logs and requests."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
REASON = "no Chromium on the PATH (apt-get install chromium)"
_SECONDS = 60.0
_KEYS = {"Enter": 13, "End": 35, "Home": 36, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "PageDown": 34}


class Browser:
    """One page. ``logged`` are errors and warnings of its console, ``requested`` the addresses that it asked for."""

    def __init__(self, to: int, back: int) -> None:
        self._to, self._back, self._rest, self._number, self._session = to, back, b"", 0, None
        self.logged: list[str] = []
        self.requested: list[str] = []
        self.dialogs: list[str] = []
        target = self._send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._send(f"{domain}.enable")

    def _send(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        waiting = json.dumps(message).encode() + b"\0"
        while waiting:
            waiting = waiting[os.write(self._to, waiting) :]
        while True:
            got = self._next()
            if got.get("id") == self._number:
                assert "error" not in got, (method, got["error"])
                return cast("dict[str, Any]", got["result"])

    def _next(self) -> dict[str, Any]:
        """The next message; what the page logs and asks for is noted on the way."""
        while b"\0" not in self._rest:
            assert select.select([self._back], [], [], 2 * _SECONDS)[0], "the browser does not answer"
            part = os.read(self._back, 1 << 20)
            assert part, "the browser ended"
            self._rest += part
        one, _, self._rest = self._rest.partition(b"\0")
        got: dict[str, Any] = json.loads(one)
        method, params = got.get("method"), got.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.logged.append(json.dumps(params["exceptionDetails"])[:600])
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"):
            self.logged.append(json.dumps(params["args"])[:600])
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self.logged.append(params["entry"]["text"])
        elif method == "Network.requestWillBeSent":
            self.requested.append(params["request"]["url"])
        elif method == "Page.javascriptDialogOpening":
            self.dialogs.append(params["message"])
        return got

    def open(self, path: Path, *, width: int = 1280, height: int = 900, dark: bool = False) -> None:
        """Show a file in a window of this size, until its script says that it is ready."""
        self._send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self._send("Emulation.setEmulatedMedia", media="", features=scheme)
        self._send("Page.navigate", url=path.as_uri())
        self.until("document.documentElement?.dataset.ready === 'yes'")

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        done = self._send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def until(self, condition: str) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + _SECONDS
        while not self.run(condition):
            assert time.monotonic() < end, condition
            time.sleep(0.05)

    def settle(self) -> None:
        """Wait until what was asked for is drawn."""
        self.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(true)))))")

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            common = {"key": key, "code": key, "windowsVirtualKeyCode": _KEYS.get(key, 0)}
            text = {"text": "\r"} if key == "Enter" else {}
            self._send("Input.dispatchKeyEvent", type="keyDown", **common, **text)
            self._send("Input.dispatchKeyEvent", type="keyUp", **common)
        self.settle()

    def type(self, selector: str, text: str) -> None:
        """Write into a field."""
        self.run(f"(() => {{ const one = document.querySelector({json.dumps(selector)}); one.focus(); one.select?.(); }})()")
        self._send("Input.insertText", text=text)
        self.settle()

    def choose(self, selector: str, value: str) -> None:
        """Choose an option, as a user would."""
        one = f"document.querySelector({json.dumps(selector)})"
        self.run(f"({one}.value = {json.dumps(value)}, {one}.dispatchEvent(new Event('input', {{bubbles: true}})))")
        self.settle()

    def picture(self, path: Path, *, whole: bool = False) -> None:
        """Save what the window shows, or the whole page, as PNG."""
        path.write_bytes(base64.b64decode(self._send("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]))

    def pdf(self) -> bytes:
        """The page as it is printed."""
        return base64.b64decode(self._send("Page.printToPDF", printBackground=False)["data"])

    def tree(self) -> list[dict[str, Any]]:
        """What a screen reader gets: role, name and properties of each node."""
        return cast("list[dict[str, Any]]", self._send("Accessibility.getFullAXTree")["nodes"])


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """A browser with an empty profile; it ends with the block."""
    assert CHROMIUM
    (inward, to), (back, outward) = os.pipe(), os.pipe()

    words = [
        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
        "--hide-scrollbars", "--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank",
    ]  # fmt: skip
    connected = f'exec "$0" "$@" 3<&{inward} 4>&{outward}'  # the browser reads 3 and writes 4
    process = subprocess.Popen(
        ["bash", "-c", connected, *words], pass_fds=(inward, outward), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(inward)
    os.close(outward)
    try:
        yield Browser(to, back)
    finally:
        os.close(to)  # which ends it
        os.close(back)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
