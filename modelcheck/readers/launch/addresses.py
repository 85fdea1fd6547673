"""The addresses at which servers answer: by host name and port."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_PORTS = {
    "vllm": "8000",
    "sglang": "30000",
    "llama.cpp": "8080",
    "lmdeploy": "23333",
    "mlx": "8080",
    "ollama": "11434",
    "nim": "8000",
}


def default_port(engine: str) -> str | None:
    """The port at which an engine answers where none is given."""
    return _PORTS.get(engine)


def addresses_of(port: str | None, hosts: Iterable[str], published: Mapping[str, str]) -> tuple[str, ...]:
    """The addresses of a server behind ``port``: by each host name, and at the port of this machine that it is published at."""
    if port is None:
        return ()
    own = [f"{host}:{port}" for host in hosts]
    return (*own, f"localhost:{published[port]}") if port in published else tuple(own)
