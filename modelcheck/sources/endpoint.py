"""A model behind an OpenAI-compatible server: vLLM, TGI, SGLang, llama.cpp, Ollama, ``transformers serve`` and the like.

It has no files: it is judged by what it answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from modelcheck.errors import Absent, TargetError
from modelcheck.hooks import hookimpl
from modelcheck.sources import Access, Source
from modelcheck.sources.target import Target

if TYPE_CHECKING:
    from modelcheck.sources.endpoint_client import Endpoint, Reply

_SHOWN = 5


class EndpointSource:
    """One served model. ``model`` is what the server calls it; ``name`` is what the server says that it loaded, if it says so."""

    kind = "endpoint"
    revision: str | None = None

    def __init__(self, endpoint: Endpoint, model: str, known: str) -> None:
        self.endpoint = endpoint
        self.model = model
        self.name = known
        self.reason = f"{model}, judged by what it answers"

    def files(self) -> Mapping[str, int | None]:
        """Raises Absent."""
        raise Absent("a server shows no files", ordinary=True)

    def read(self, path: str, limit: int) -> NoReturn:  # noqa: ARG002 - the protocol's signature
        """Raises Absent."""
        raise Absent("a server shows no files", ordinary=True)

    def read_range(self, path: str, start: int, length: int) -> NoReturn:  # noqa: ARG002 - the protocol's signature
        """Raises Absent."""
        raise Absent("a server shows no files", ordinary=True)

    def shown(self, path: str) -> str:
        """Return the path itself."""
        return path


@hookimpl
def modelcheck_open(target: Target, access: Access) -> Source | None:
    """Open ``http://host:port/v1``, with one request for its list of models. Raises TargetError."""
    if target.kind != "endpoint" or target.id is None:
        return None
    if not access.network:
        raise TargetError(
            "offline", f"{target.text} is a server, and this run does not use the network (--offline, --budget files)"
        )
    from modelcheck.sources.endpoint_client import Endpoint

    endpoint = Endpoint(target.id)
    listed = endpoint.get("/models", access.timeout)
    entries = [entry for entry in _list(listed.data.get("data")) if isinstance(entry, dict) and isinstance(entry.get("id"), str)]
    model = access.model or _only(endpoint, listed, [entry["id"] for entry in entries])
    entry = next((entry for entry in entries if entry["id"] == model), {})
    root = entry.get("root")
    return EndpointSource(endpoint, model, _called(root if isinstance(root, str) and root else model))


def _only(endpoint: Endpoint, listed: Reply, names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    if names:
        more = ", …" if len(names) > _SHOWN else ""
        raise TargetError("not-found", f"{endpoint.url} serves {', '.join(names[:_SHOWN])}{more}: choose one with --model")
    if listed.status == 404 and not endpoint.url.endswith("/v1"):
        raise TargetError("not-found", f"{endpoint.url} has no list of models: is it {endpoint.url}/v1?")
    why = f" ({listed.status} {listed.message})" if listed.status >= 400 else ""
    raise TargetError("not-found", f"{endpoint.url} names no model that it serves{why}: name one with --model")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _called(name: str) -> str:
    """The name that evidence may use: a Hub id as it is, the last part of a path or a file."""
    whole = name.replace("\\", "/").rstrip("/")
    if whole.count("/") == 1 and not whole.startswith((".", "/", "~")):
        return whole
    return whole.rpartition("/")[2].removesuffix(".gguf") or name
