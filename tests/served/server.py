"""Servers on loopback: transformers' own, as a user starts it, and ones that misbehave."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from conftest import clean_environment
from forking_models import SERVER, relayed


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def transformers_serve(
    model: Path, home: Path, models: Path | None = None, seconds: float = 120, dtype: str = "auto"
) -> Iterator[str]:
    """``transformers serve`` for one local checkpoint; gives its address. The process at ``models`` forks it, if there is one."""
    port = free_port()
    (home / "hub").mkdir(parents=True, exist_ok=True)
    environment = clean_environment(HF_HOME=str(home), HF_HUB_OFFLINE="1", OMP_NUM_THREADS="1")
    log = home / "server.log"
    with log.open("w") as out:
        words = (SERVER, "serve", str(model), "--host", "127.0.0.1", "--port", str(port), "--device", "cpu", "--dtype", dtype)
        command = relayed(str(models), *words) if models else [sys.executable, "-m", *words]
        process = subprocess.Popen(command, stdout=out, stderr=out, env=environment, cwd=home)
    try:
        _wait(f"http://127.0.0.1:{port}/health", process, seconds, log)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(30)


def _wait(address: str, process: subprocess.Popen[bytes], seconds: float, log: Path) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            with urlopen(address, timeout=1):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"the server did not start:\n{log.read_text()[-2000:]}")


@contextmanager
def answering(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """A server that answers every request as it is told to; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            answer(self)

        def do_POST(self) -> None:
            self.asked = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
            answer(self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()


def send(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, kind: str = "application/json") -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
