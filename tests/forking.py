"""Starts commands without their imports: a process that has imported modelcheck forks one for each command.

Each command is a process of its own, with its own arguments, folder, environment, output, exit code and end of the interpreter.
Only what is the same in every process is done once: the imports, three quarters of a short command, patterns, and tables that come
with the code. ``Starter`` is the client, and runs this file as its script.

The process that renders templates is forked likewise, by one that has imported jinja2 and nothing of the command: ``Workers``.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import resource
import runpy
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import fields
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from inspect import signature
from io import TextIOWrapper
from pathlib import Path
from pkgutil import walk_packages
from threading import Thread
from time import monotonic
from types import ModuleType, SimpleNamespace
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))  # -P leaves it out where this file is run as a script

import forking_models
from forking_models import Models

_LIMIT = 100_000
"""Bytes of a request that one message of a socket surely takes."""
_READ_AT_START = ("PYTHON", "LC_", "LANG", "TZ", "LD_", "MALLOC_")
"""Variables that the interpreter and the C library read before the first line of Python. Of these, a fork can follow PYTHONPATH."""
_NOT_IMPORTED = ("modelcheck.__main__", "modelcheck.testing", "modelcheck.sandbox", "modelcheck.probe")
"""What a command does not import, but for the client of its worker process."""
_OF_TABLES = ("modelcheck.families", "modelcheck_rules")
"""Modules whose cached functions without arguments read tables that come with the code."""
_OF_OTHERS = (
    "pathspec",
    "httpx2",
    "httpx",
    "httpcore2",
    "httpcore",
    "filelock",
    "truststore",
    "tqdm",
    "stringprep",
    "encodings.idna",
)
"""Libraries that commands import, if installed; not huggingface_hub, which reads its environment when it is imported."""
_RUN_MODELS = ("torch", "transformers", "accelerate", "peft", "scipy")
Done = subprocess.CompletedProcess[str]


class Starter:
    """Runs commands by forking, as ``subprocess.run(capture_output=True, text=True)`` would run ``python -P -m modelcheck``.

    With ``own_workers``, what a command starts is started and not forked: then it counts as the command's own.
    """

    def __init__(self, environment: Mapping[str, str], *, own_workers: bool = False) -> None:
        self._environment = environment
        self._socket, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._models = Models()
        models = "" if own_workers else str(self._models.address)
        command = [sys.executable, "-P", __file__, str(other.fileno()), models]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, env=dict(environment), pass_fds=[other.fileno()])
        other.close()

    def close(self) -> None:
        """End the process."""
        self._socket.close()
        self._process.wait(10)
        self._models.close()

    def takes(self, words: Sequence[str], environment: Mapping[str, str]) -> bool:
        """Whether a fork is the same as a start: nothing differs that is read before the first line of Python."""
        different = {name for name, _ in environment.items() ^ self._environment.items() if name != "PYTHONPATH"}
        return not any(name.startswith(_READ_AT_START) for name in different) and len(repr((words, environment))) < _LIMIT

    def run(
        self, words: Sequence[str], cwd: Path, environment: Mapping[str, str], timeout: float, megabytes: int | None = None
    ) -> Done:
        """Run one command, in at most so much memory. Raises TimeoutExpired, and OSError if the process has ended."""
        return self.measure(words, cwd, environment, timeout, megabytes)[0]

    def measure(
        self, words: Sequence[str], cwd: Path, environment: Mapping[str, str], timeout: float, megabytes: int | None = None
    ) -> tuple[Done, float, float]:
        """Run one command, and return also its seconds of processor time and the megabytes of the largest of its processes."""
        if {"--probe", "compare"} & set(words):
            self.start_models()
        pipes = [os.pipe() for _ in range(2)]
        request = json.dumps({"words": list(words), "cwd": str(cwd), "environment": dict(environment), "megabytes": megabytes})
        socket.send_fds(self._socket, [request.encode()], [write for _, write in pipes])
        for _, write in pipes:
            os.close(write)
        texts = [_read_aside(read) for read, _ in pipes]
        child = int(self._socket.recv(64))
        end = monotonic() + timeout
        self._socket.settimeout(timeout)
        try:
            code, seconds, kilobytes = self._socket.recv(64).split()
        except TimeoutError:
            os.kill(child, signal.SIGKILL)
            self._socket.settimeout(None)
            self._socket.recv(64)
            raise subprocess.TimeoutExpired(words, timeout) from None
        finally:
            self._socket.settimeout(None)
        try:  # a process that the command left behind may hold the pipes
            out, err = (text.result(max(end - monotonic(), 1)) for text in texts)
        except TimeoutError:
            raise subprocess.TimeoutExpired(words, timeout) from None
        return subprocess.CompletedProcess(words, int(code), out, err), float(seconds), int(kilobytes) / 1024

    def start_models(self) -> Path | None:
        """The address of the process that forks those that run models; None if a library that it imports is missing."""
        if not all(map(find_spec, _RUN_MODELS)):
            return None
        self._models.start()
        return self._models.address


def _read_aside(descriptor: int) -> Future[str]:
    """What comes from a pipe until its end, read by a thread that nobody waits for."""
    text: Future[str] = Future()

    def read() -> None:
        try:
            with open(descriptor, encoding="utf-8") as pipe:
                text.set_result(pipe.read())
        except (OSError, UnicodeError) as error:
            text.set_exception(error)

    Thread(target=read, daemon=True, name="modelcheck-tests-pipe").start()
    return text


class Workers:
    """Starts workers that render templates, for the commands that inherit it; runs this file as its script, too."""

    def __init__(self) -> None:
        self._socket, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-P", __file__, str(other.fileno())]
        env = dict(os.environ) | {"PYTHONIOENCODING": "utf-8"}
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env, pass_fds=[other.fileno()])
        other.close()

    def start(self, command: Sequence[str], **_: object) -> Worker:
        """Start a worker; takes what ``subprocess.Popen`` is given in ``sandbox.client``."""
        assert command[-1] == "modelcheck.sandbox.worker"
        return Worker(self._socket)


class Worker:
    """A worker, as its client uses a ``subprocess.Popen``. Its pipes are this process's, so it ends with this process."""

    def __init__(self, requests: socket.socket) -> None:
        (theirs_in, ours_in), (ours_out, theirs_out), (ours_end, theirs_end) = os.pipe(), os.pipe(), os.pipe()
        socket.send_fds(requests, [b"start"], [theirs_in, theirs_out, theirs_end])
        for descriptor in (theirs_in, theirs_out, theirs_end):
            os.close(descriptor)
        self.stdin = TextIOWrapper(os.fdopen(ours_in, "wb"), "utf-8")
        self.stdout = TextIOWrapper(os.fdopen(ours_out, "rb"), "utf-8")
        self._end = os.fdopen(ours_end, "rb", 0)
        """First the number of the process, then nothing until it has ended."""
        self._pid = int(self._end.read(16))

    def kill(self) -> None:
        """End the process."""
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)

    def wait(self) -> None:
        """Return when the process has ended."""
        with self._end:
            self._end.read()


def _import_all() -> None:
    """Every module that a command may import; none of them imports a heavy library when it is imported (tests/test_house.py)."""
    import modelcheck

    import modelcheck_rules

    for name in ("modelcheck.sandbox.client", *(name for name in _OF_OTHERS if find_spec(name))):
        import_module(name)
    for package in (modelcheck, modelcheck_rules):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith(_NOT_IMPORTED):
                _prepare(import_module(module.name))
    _ = import_module("modelcheck.plugins").Plugins().registry.rules  # for what it keeps: patterns, checks of types


def _prepare(module: ModuleType) -> None:
    """Do what every process does in the same way when it first needs it: compile patterns, complete records, read tables."""
    from modelcheck.declarations import DECLARED
    from modelcheck.patterns import _Lazy
    from modelcheck.records import _Later
    from modelcheck.signatures import read_signature

    for value in list(vars(module).values()):
        if isinstance(value, _Lazy):
            assert value.groups >= 0
        elif isinstance(value, type) and isinstance(vars(value).get("__dataclass_fields__"), _Later):
            assert fields(value) is not None
        elif getattr(value, "__module__", None) != module.__name__:
            continue
        elif module.__name__.startswith(_OF_TABLES) and hasattr(value, "cache_info") and not signature(value).parameters:
            value()
        elif hasattr(value, DECLARED):
            read_signature(value, only=None)  # as the registry does for all but readers


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
        _, status, used = os.wait4(child, 0)
        requests.send(f"{os.waitstatus_to_exitcode(status)} {used.ru_utime + used.ru_stime} {used.ru_maxrss}".encode())


def _become(
    descriptors: Sequence[int], words: Sequence[str], cwd: str, environment: Mapping[str, str], megabytes: int | None
) -> None:
    for number, descriptor in enumerate(descriptors, 1):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    if megabytes is not None:
        resource.setrlimit(resource.RLIMIT_DATA, (megabytes * 2**20, megabytes * 2**20))
    sys.argv = ["modelcheck", *words]
    added = [path for path in environment.get("PYTHONPATH", "").split(os.pathsep) if path and path not in sys.path]
    if any(map(find_spec, _top_level(added))):  # it may be imported already, and by its name another module would be
        os.execv(sys.executable, [sys.executable, "-P", "-m", *sys.argv])
    sys.path[:0] = [str(Path(path).absolute()) for path in added]


def _top_level(paths: Sequence[str]) -> set[str]:
    """The names of what can be imported from folders; of what else is there, such as metadata, a part of the name."""
    names = {one.name.partition(".")[0] for path in paths if Path(path).is_dir() for one in Path(path).iterdir()}
    return {name for name in names if name.isidentifier() and name != "__pycache__"}


def _start_workers(requests: socket.socket) -> None:
    """Fork a worker for each request; returns in the workers, and ends this process with the last command."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the workers
    while True:
        message, descriptors, _, _ = socket.recv_fds(requests, 16, 3)
        if not message:
            os._exit(0)
        if not os.fork():
            break
        for descriptor in descriptors:
            os.close(descriptor)
    requests.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.write(descriptors[2], str(os.getpid()).encode())  # which stays open until this process ends
    for number, descriptor in enumerate(descriptors[:2]):
        os.dup2(descriptor, number)
        os.close(descriptor)


def main() -> None:
    """Serve; in a fork, run what it is forked for."""
    requests = socket.socket(fileno=int(sys.argv[1]))
    if sys.argv[2:]:
        _commands(requests, sys.argv[2])
        return
    for name in ("jinja2", "modelcheck.sandbox.environment", "modelcheck.sandbox.inspection", "modelcheck.sandbox.worker"):
        import_module(name)
    gc.freeze()
    _start_workers(requests)
    import_module("modelcheck.sandbox.worker").main()


def _commands(requests: socket.socket, models: str) -> None:
    _import_all()
    if models:
        _replace_popen("modelcheck.sandbox.client", Workers().start)
        for name in ("modelcheck.probe.client", "modelcheck.compare.running"):
            _replace_popen(name, partial(forking_models.start, models))
    gc.freeze()  # what is shared with the commands is not searched in each of them
    _serve(requests)
    try:
        runpy.run_module("modelcheck", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        _end(end.code or 0)


def _replace_popen(module: str, start: Callable[..., Any]) -> None:
    """Let one module start processes in another way."""
    user: Any = import_module(module)
    user.subprocess = with_popen(start)


def with_popen(start: Callable[..., Any]) -> SimpleNamespace:
    """``subprocess`` for a module that starts processes in another way."""
    return SimpleNamespace(**vars(subprocess) | {"Popen": start})


def _end(code: str | int) -> None:
    """End as Python does, but do not take every module apart: that would copy the whole memory that is shared."""
    if isinstance(code, int):
        threading._shutdown()
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    main()
