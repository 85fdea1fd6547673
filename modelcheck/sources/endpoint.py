"""A model behind an OpenAI-compatible server: vLLM, TGI, SGLang, llama.cpp, Ollama, ``transformers serve`` and the like.

It has no files: it is judged by what it answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from modelcheck.errors import Absent, TargetError
from modelcheck.hooks import hookimpl
from modelcheck.sources import Access, Source
from modelcheck.sources.target import Target, is_hub_id

if TYPE_CHECKING:
    from modelcheck.sources.endpoint_client import Endpoint, Reply

_SHOWN = 5


class EndpointSource:
    """One served model. ``model`` is what the server calls it; ``name`` is what the server says that it loaded, if it says so."""

    kind = "endpoint"
    revision: str | None = None

    def __init__(self, endpoint: Endpoint, model: str, known: str, listed: Sequence[str]) -> None:
        self.endpoint = endpoint
        self.model = model
        self.name = known
        self.reason = f"{model}, judged by what it answers"
        self.listed = listed

    def confirm(self, answered: object) -> None:
        """Raises TargetError if a model that was not asked for answered: some servers take any name for their only model."""
        if answered != self.model and answered in self.listed and self.model not in self.listed:
            raise TargetError(
                "not-found", f"{self.endpoint.url} does not serve {self.model}, {answered} answered for it: choose one with --model"
            )

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
    endpoint, listed = _listing(target.id, access)
    entries = [entry for entry in _list(listed.data.get("data")) if isinstance(entry, dict) and isinstance(entry.get("id"), str)]
    names = [entry["id"] for entry in entries]
    model = access.model or _only(endpoint, listed, names)
    entry = next((entry for entry in entries if model in _names_of(entry)), {})
    root = entry.get("root")
    listed_names = [name for entry in entries for name in _names_of(entry)]
    return EndpointSource(endpoint, model, called(root if isinstance(root, str) and root else model), listed_names)


def _listing(address: str, access: Access) -> tuple[Endpoint, Reply]:
    """The API and its list of models: at the address, or at its ``/v1``, where llama.cpp and others have routes of their own above.

    Raises TargetError. A list that cannot be read is an empty one if ``--model`` names the model.
    """
    from modelcheck.sources.endpoint_client import Endpoint, Reply

    endpoint = Endpoint(address)
    if not endpoint.url.endswith("/v1"):
        below = Endpoint(address.rstrip("/") + "/v1")
        listed = _readable(below, access.timeout)
        if listed and listed.status < 400 and listed.data.get("data"):
            return below, listed
    if access.model is None:
        return endpoint, endpoint.get("/models", access.timeout)
    return endpoint, _readable(endpoint, access.timeout) or Reply(200, {}, "")


def _readable(endpoint: Endpoint, seconds: float) -> Reply | None:
    """The list of models; None if the response is none. Raises TargetError if there is no response."""
    try:
        return endpoint.get("/models", seconds)
    except TargetError as error:
        if error.kind != "unreadable":
            raise
        return None


def _only(endpoint: Endpoint, listed: Reply, names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    if names:
        raise TargetError("not-found", f"{endpoint.url} serves {shown_of(names)}: choose one with --model")
    said = f"{listed.status} {listed.message}".strip()
    if listed.status >= 500:
        raise TargetError("offline", f"{endpoint.url} is not ready ({said}): scan it again when it is")
    if listed.status in (404, 405):
        raise TargetError(
            "not-found", f"{endpoint.url} has no list of models ({said}): is the path of the address right? If so, use --model"
        )
    why = f" ({said})" if listed.status >= 400 else ""
    raise TargetError("not-found", f"{endpoint.url} names no model that it serves{why}: name one with --model")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _names_of(entry: Mapping[str, Any]) -> list[Any]:
    """The names of one listed model: llama.cpp lists the first and has the others as ``aliases``."""
    return [entry["id"], *_list(entry.get("aliases"))]


def shown_of(names: Sequence[str]) -> str:
    """Return the first of some names, as a message lists them."""
    return ", ".join((*names[:_SHOWN], "…") if len(names) > _SHOWN else names)


def called(name: str) -> str:
    """Return the name of a served model that evidence may use: a Hub id as it is, the last part of a path or a file."""
    whole = name.replace("\\", "/").rstrip("/")
    return whole if is_hub_id(whole) else whole.rpartition("/")[2].removesuffix(".gguf") or name
