"""Connects to Ray: a cluster by its address, or one of this machine that is started here and ends with the scan."""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

from modelcheck.errors import Misuse, first_line
from modelcheck.records import record

_PASSED_ON = ("HF_ENDPOINT", "HF_HOME", "HF_HUB_CACHE", "HF_HUB_DISABLE_TELEMETRY", "PYTHONPATH")
"""Environment variables that workers of a local cluster need as well. Tokens are not sent: a cluster has its own."""
_SECONDS = 5.0
_HELLO = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0"
"""How a client of HTTP/2 begins, with empty settings (RFC 9113, 3.4). Ray speaks gRPC, which is HTTP/2."""
_SETTINGS = 4
"""The type of the frame with which a server answers; it is the fourth byte."""

MOST_SAID = 300
"""Characters of an error of Ray that are shown."""


def address_of(given: str) -> str | None:
    """The address that ``--ray`` names; None for ``local``, which it stands for without one: a cluster of this machine."""
    return None if given == "local" else given


@record(kw_only=True)
class Cluster:
    """A cluster by its address (None: one of this machine, with ``workers`` CPUs, started and ended here).

    ``gpus`` is the share of a GPU that each model gets, None to compute it from the model's size; ``gpu_bytes`` is the memory of
    one GPU, None to ask the nodes for it.
    """

    address: str | None
    workers: int
    gpus: float | None = None
    gpu_bytes: int | None = None


@contextmanager
def connected(cluster: Cluster) -> Iterator[Any]:
    """The module ``ray``, connected in the block. Raises Misuse where there is no Ray, or no cluster at the address."""
    with redirect_stdout(sys.stderr):  # where Ray tells of workers that died; standard output is for results
        ray = _connect(cluster)
        try:
            yield ray
        finally:
            ray.shutdown()


def _connect(cluster: Cluster) -> Any:
    try:
        import ray
    except ImportError:
        raise Misuse("--ray needs Ray: pip install 'modelcheck[ray]'") from None
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    common: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR", "configure_logging": False}
    try:
        if cluster.address is None:
            ray.init(
                address="local", num_cpus=cluster.workers, include_dashboard=False, runtime_env={"env_vars": environment}, **common
            )
        else:
            _answers(cluster.address)
            ray.init(address=cluster.address, **common)
    except (ConnectionError, ValueError, RuntimeError, TimeoutError) as error:
        raise Misuse(f"--ray {cluster.address or 'local'}: {first_line(error)[:MOST_SAID]}") from error
    return ray


def _answers(address: str) -> None:
    """Raises Misuse unless a server of gRPC answers at ``host:port`` or ``ray://host:port``: Ray itself would wait for minutes."""
    found = re.fullmatch(r"(?:ray://)?([\w.-]+|\[[\da-fA-F:]+\]):(\d{1,5})", address)
    if found is None:
        if address == "auto":
            return
        raise Misuse(f"--ray {address}: the address of a cluster has the form host:6379 or ray://host:10001; auto finds one here")
    try:
        with socket.create_connection((found[1].strip("[]"), int(found[2])), timeout=_SECONDS) as connection:
            connection.sendall(_HELLO)
            answer = connection.recv(9)
    except (OSError, OverflowError, UnicodeError) as error:
        raise Misuse(f"--ray {address}: no Ray cluster answers there: {error}") from None
    if len(answer) < 4 or answer[3] != _SETTINGS:
        raise Misuse(f"--ray {address}: no Ray cluster answers there: it is another server")
