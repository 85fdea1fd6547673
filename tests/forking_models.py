"""Starts processes that run models without their imports: one that has imported torch and transformers forks each of them.

The import takes most of the processor time of a probe of a tiny model. A forked command starts ``relay`` in place of the worker: a
real process with the worker's pipes, which it hands on; it ends as the worker does, and if it is killed, so is the worker. The
place of the Hub's cache, which libraries read when they are imported, is set again in a fork. What runs a checkpoint's own code, or
depends on other such variables, is started and not forked. ``transformers serve`` is forked likewise.
"""

from __future__ import annotations

import gc
import io
import json
import os
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

WORKERS = ("modelcheck.probe.worker", "modelcheck.compare.worker")
SERVER = "transformers.cli.transformers"
_IMPORTED = (
    "torch", "transformers", "transformers.modeling_utils", "transformers.generation.utils", "accelerate", "peft", "scipy",
    "transformers.models.auto.modeling_auto", "transformers.models.auto.tokenization_auto", "modelcheck.probe.loading", *WORKERS,
)  # fmt: skip
_LIMIT = 100_000
_OTHER_PLACES = (
    "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_MODULES_CACHE", "HF_ASSETS_CACHE", "XDG_CACHE_HOME", "TRANSFORMERS_CACHE",
)  # fmt: skip
"""Variables that move a part of the Hub's cache; ``HF_HOME`` moves the whole."""
Places = list[tuple[dict[str, Any], str, str]]
"""The variables of modules, as names in a module's dictionary, that are paths below ``HF_HOME``, relative to it."""


class Models:
    """The process that forks, started when it is first needed; ``address`` is where a relay finds it."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="models-")
        self.address = Path(self._folder.name) / "socket"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, unless it has been started; returns when everything is imported, which no limit of a command should count."""
        if self._process is None:
            from modelcheck.probe.client import ENVIRONMENT

            listening = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            listening.bind(str(self.address))
            listening.listen(64)  # who comes before everything is imported waits
            with listening:
                command = [sys.executable, "-P", __file__, "serve", str(listening.fileno())]
                home = str(self.address.with_name("hf-home"))
                environment = {**os.environ, **ENVIRONMENT, "HF_HUB_OFFLINE": "1", "HF_HOME": home}
                self._process = subprocess.Popen(
                    command, stdin=subprocess.PIPE, env=environment, pass_fds=[listening.fileno()], stderr=subprocess.DEVNULL
                )
            with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection, suppress(OSError):
                connection.connect(str(self.address))
                connection.shutdown(socket.SHUT_WR)
                connection.recv(1)  # nothing: it is closed as soon as somebody reads

    def close(self) -> None:
        """End it, and what it has forked."""
        if self._process:
            self._process.communicate(timeout=60)
        self._folder.cleanup()


def start(address: str, command: list[str], **given: Any) -> subprocess.Popen[str]:
    """As ``subprocess.Popen``, by a relay if the command is a worker and somebody is there who forks it."""
    if command[-1] in WORKERS and Path(address).exists():
        command = relayed(address, command[-1])
    return subprocess.Popen(command, **given)


def relayed(address: str, module: str, *arguments: str) -> list[str]:
    """The command that has a module forked."""
    return [sys.executable, "-I", "-S", __file__, "relay", address, module, *arguments]


def relay(address: str, *command: str) -> None:
    """Have a worker forked with the folder, the variables and the pipes of this process, and end as it ends."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
        connection.connect(address)
        request = json.dumps({"command": command, "cwd": str(Path.cwd()), "environment": dict(os.environ)})
        socket.send_fds(connection, [request.encode()], [0, 1, 2])
        code = int(connection.recv(16))
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


def serve(listening: socket.socket, places: Places) -> None:
    """Fork a worker for each relay; returns in the workers, and ends this process and its workers with its input."""
    with selectors.DefaultSelector() as waiting:
        waiting.register(0, selectors.EVENT_READ)
        waiting.register(listening, selectors.EVENT_READ)
        while True:
            for key, _ in waiting.select():
                if key.fileobj == 0:
                    for other in list(waiting.get_map().values()):
                        _kill(other.data)
                    os._exit(0)
                if key.fileobj is listening:
                    connection = listening.accept()[0]
                    message, descriptors, _, _ = socket.recv_fds(connection, _LIMIT, 3)
                    if not message:
                        connection.close()
                        continue
                    child = os.fork()
                    if not child:
                        listening.close()
                        connection.close()
                        _become(descriptors, places, **json.loads(message))
                        return
                    for descriptor in descriptors:
                        os.close(descriptor)
                    waiting.register(connection, selectors.EVENT_READ, child)
                    waiting.register(os.pidfd_open(child), selectors.EVENT_READ, connection)
                elif isinstance(key.data, int):  # its relay was killed
                    waiting.unregister(key.fileobj)
                    _kill(key.data)
                else:
                    _ended(waiting, key.fd, key.data)


def _kill(child: object) -> None:
    if isinstance(child, int):
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


def _ended(waiting: selectors.BaseSelector, descriptor: int, connection: socket.socket) -> None:
    waiting.unregister(descriptor)
    status = os.waitid(os.P_PIDFD, descriptor, os.WEXITED)
    os.close(descriptor)
    assert status is not None
    code = status.si_status if status.si_code == os.CLD_EXITED else -status.si_status
    with suppress(KeyError):
        waiting.unregister(connection)
    with connection, suppress(OSError):
        connection.send(str(code).encode())


def _become(descriptors: list[int], places: Places, command: list[str], cwd: str, environment: dict[str, str]) -> None:
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(cwd)
    parent = import_module("modelcheck.probe.parent")
    environment.pop(parent.STARTED_BY, None)  # the relay, whose end this process does not outlive, has another child's place
    os.environ.clear()
    os.environ.update(environment)
    moved = _move(places, environment)
    sys.argv = command
    if command[0] in WORKERS:
        _take_request(command[0], of_code_only=moved)
    elif not moved:
        os.execv(sys.executable, [sys.executable, "-P", "-m", *command])


def _take_request(module: str, *, of_code_only: bool) -> None:
    request = sys.stdin.read()
    if _depends_on_the_environment(json.loads(request), of_code_only=of_code_only):
        with tempfile.TemporaryFile("w+") as file:
            file.write(request)
            file.seek(0)
            os.dup2(file.fileno(), 0)
        os.execv(sys.executable, [sys.executable, "-P", "-m", module])
    sys.stdin = io.StringIO(request)


def _places() -> Places:
    home = os.environ["HF_HOME"]
    return [
        (vars(module), name, value[len(home) + 1 :])
        for module in [one for one in sys.modules.values() if isinstance(one, ModuleType)]
        for name, value in list(vars(module).items())
        if type(value) is str and value.startswith(home)
    ]


def _move(places: Places, environment: dict[str, str]) -> bool:
    """Whether the Hub's cache is now where this environment says."""
    home = environment.get("HF_HOME")
    if not home or any(name.startswith(_OTHER_PLACES) for name in environment):
        return False
    for module, name, path in places:
        module[name] = str(Path(home, path))
    return True


def _depends_on_the_environment(request: Any, *, of_code_only: bool) -> bool:
    """Whether code of the checkpoint's own is run, which has a cache of its own, or something is read from the Hub's cache."""
    if isinstance(request, dict):
        told = request.get("remote_code") or (request.get("repo") and not of_code_only)
        return bool(told) or any(_depends_on_the_environment(one, of_code_only=of_code_only) for one in request.values())
    return isinstance(request, list) and any(_depends_on_the_environment(one, of_code_only=of_code_only) for one in request)


def main() -> None:
    """Be a relay, or serve; in a fork, be a worker."""
    if sys.argv[1] == "relay":
        relay(*sys.argv[2:])
    with socket.socket(fileno=int(sys.argv[2])) as listening:
        for name in _IMPORTED:
            import_module(name)
        places = _places()
        gc.freeze()
        serve(listening, places)
    if sys.argv[0] in WORKERS:
        import_module(sys.argv[0]).main()
    else:
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # taking torch apart takes longer than a tiny model


if __name__ == "__main__":
    main()
