"""Starts commands without their imports: a process that has imported modelcheck forks one for each command.

Each command is a process of its own, with its own arguments, folder, environment, output, exit code and end of the interpreter.
Only the imports, three quarters of a short command, are done once. ``Starter`` is the client, and runs this file as its script.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import walk_packages

_LIMIT = 100_000
"""Bytes of a request that one message of a socket surely takes."""
_READ_AT_START = ("PYTHON", "LC_", "LANG", "TZ", "LD_", "MALLOC_")
"""Variables that the interpreter and the C library read before the first line of Python."""
_NOT_IMPORTED = ("modelcheck.__main__", "modelcheck.testing", "modelcheck.sandbox", "modelcheck.probe")
"""What a command does not import, but for the client of its worker process."""
_OF_OTHERS = ("pathspec", "httpx2", "httpx")
"""Libraries that commands import, if installed; not huggingface_hub, which reads its environment when it is imported."""
Done = subprocess.CompletedProcess[str]


class Starter:
    """Runs commands by forking, as ``subprocess.run(capture_output=True, text=True)`` would run ``python -P -m modelcheck``."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._socket, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-P", __file__, str(other.fileno())]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, env=dict(environment), pass_fds=[other.fileno()])
        other.close()

    def close(self) -> None:
        """End the process."""
        self._socket.close()
        self._process.wait(10)

    def takes(self, words: Sequence[str], environment: Mapping[str, str]) -> bool:
        """Whether a fork is the same as a start: nothing differs that is read before the first line of Python."""
        different = {name for name, _ in environment.items() ^ self._environment.items()}
        return not any(name.startswith(_READ_AT_START) for name in different) and len(repr((words, environment))) < _LIMIT

    def run(self, words: Sequence[str], cwd: Path, environment: Mapping[str, str], timeout: float) -> Done:
        """Run one command. Raises TimeoutExpired, and OSError if the process has ended."""
        pipes = [os.pipe() for _ in range(2)]
        request = json.dumps({"words": list(words), "cwd": str(cwd), "environment": dict(environment)})
        socket.send_fds(self._socket, [request.encode()], [write for _, write in pipes])
        for _, write in pipes:
            os.close(write)
        with ThreadPoolExecutor(2) as readers:
            texts = [readers.submit(_read, read) for read, _ in pipes]
            child = int(self._socket.recv(64))
            self._socket.settimeout(timeout)
            try:
                code = int(self._socket.recv(64))
            except TimeoutError:
                os.kill(child, signal.SIGKILL)
                self._socket.settimeout(None)
                self._socket.recv(64)
                raise subprocess.TimeoutExpired(words, timeout) from None
            finally:
                self._socket.settimeout(None)
            out, err = (text.result() for text in texts)
        return subprocess.CompletedProcess(words, code, out, err)


def _read(descriptor: int) -> str:
    with open(descriptor, encoding="utf-8") as pipe:
        return pipe.read()


def _import_all() -> None:
    """Every module that a command may import; none of them imports a heavy library when it is imported (tests/test_house.py)."""
    import modelcheck

    import modelcheck_rules

    for name in ("modelcheck.sandbox.client", *(name for name in _OF_OTHERS if find_spec(name))):
        import_module(name)
    for package in (modelcheck, modelcheck_rules):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith(_NOT_IMPORTED):
                import_module(module.name)


def _serve(requests: socket.socket) -> None:
    """Fork a command for each request; returns in the commands, and ends this process with the client's."""
    while True:
        message, descriptors, _, _ = socket.recv_fds(requests, 2 * _LIMIT, 2)
        if not message:
            os._exit(0)
        child = os.fork()
        if not child:
            requests.close()
            _become(descriptors, **json.loads(message))
            return
        for descriptor in descriptors:
            os.close(descriptor)
        requests.send(str(child).encode())
        requests.send(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())


def _become(descriptors: Sequence[int], words: Sequence[str], cwd: str, environment: Mapping[str, str]) -> None:
    for number, descriptor in enumerate(descriptors, 1):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["modelcheck", *words]


if __name__ == "__main__":
    _import_all()
    gc.freeze()  # what is shared with the commands is not searched in each of them
    _serve(socket.socket(fileno=int(sys.argv[1])))
    runpy.run_module("modelcheck", run_name="__main__", alter_sys=True)
