"""Sources: where the bytes of a checkpoint are. A folder, the Hub's cache, the Hub, a server, or nothing but a name.

``Source`` is what every source has. The protocols after it are optional: a source that has the attributes of one is treated as the
protocol says, and one that lacks them needs no stub. A plug-in returns a source from its hook ``modelcheck_open``;
``modelcheck.testing.MemorySource`` is a short one to start from.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from modelcheck.records import mutable, record
from modelcheck.sources.slots import Slots

if TYPE_CHECKING:
    from abc import ABCMeta as _ByAttributes

    from modelcheck.findings import Span
    from modelcheck.sources.endpoint_client import Endpoint
else:

    class _ByAttributes(type(Protocol)):
        """``isinstance`` for the protocols below, with their attributes gathered once: Python does so in each call, slowly."""

        def __instancecheck__(cls, instance: object) -> bool:
            if not cls.__dict__.get("_is_protocol"):
                return super().__instancecheck__(instance)
            names = cls.__dict__.get("_wanted")
            if names is None:
                names = cls._wanted = _attributes(cls)
            return all(hasattr(instance, name) for name in names)


def _attributes(protocol: type) -> tuple[str, ...]:
    """The names of a protocol's attributes, its own first: these are what another source lacks."""
    bases = [base for base in protocol.__mro__ if getattr(base, "_is_protocol", False)]
    return tuple(dict.fromkeys(name for base in bases for name in (*vars(base), *base.__annotations__) if not name.startswith("_")))


@runtime_checkable
class Source(Protocol, metaclass=_ByAttributes):
    """One checkpoint at one revision. Facts read its files; nothing that it holds is run in this process."""

    @property
    def kind(self) -> str:
        """``folder``, ``cache``, ``hub``, ``ollama``, ``endpoint``, ``lock``, ``name``, or a plug-in's own word."""

    @property
    def name(self) -> str:
        """The Hub id, or a folder's name."""

    @property
    def revision(self) -> str | None:
        """The commit, where it is known."""

    def files(self) -> Mapping[str, int | None]:
        """Return every file's path from the checkpoint's root, with its size in bytes where known. Raises Absent, Broken."""

    def read(self, path: str, limit: int) -> bytes:
        """Return a file's bytes. Raises Absent for a missing file, Broken for one longer than ``limit`` bytes or unreadable.

        Raises Unavailable for a file that is there and cannot be had now, such as one that a server fails to send.
        """

    def read_range(self, path: str, start: int, length: int) -> bytes:
        """Return ``length`` bytes of a file from ``start``, fewer only at its end. Raises as ``read``."""

    def shown(self, path: str) -> str:
        """Return a file's path as reports show it: from the working folder for local files, else from the checkpoint's root."""


@runtime_checkable
class OnDisk(Source, Protocol):
    """A source whose files are on this machine, so that a library can open them itself."""

    root: Path

    def place(self, path: str) -> Path:
        """Return where a file is, links not followed. Raises Broken for a path that leads outside."""

    def local(self, path: str) -> Path:
        """Return a plain file, with links resolved that the source allows. Raises Absent, Broken."""


@runtime_checkable
class PartlyListed(Source, Protocol):
    """A source whose listing may leave folders out."""

    unread: Mapping[str, str]
    """Folder → why its files are not listed, once ``files`` was asked for."""


@runtime_checkable
class Tree(Source, Protocol):
    """A source that may hold deployment files, a checkpoint, both or neither.

    Readers read its files, and it is judged as a checkpoint only if its files look like one. A source that is not a tree is always
    judged, and its files are not read for the models that they use. Findings in a tree that is also ``OnDisk`` can be fixed.
    """

    def folder(self, path: str) -> Source | None:
        """Return the folder at ``path`` (from the root) as a source; None if it is missing or outside the tree."""


@runtime_checkable
class Digested(Source, Protocol):
    """A source that knows digests of its files without reading them."""

    def digest(self, path: str) -> str | None:
        """Return what is equal for files with the same bytes, and for no others; None where it is not known."""


@runtime_checkable
class Rendered(Source, Protocol):
    """A file that another program has made from others, called as the source is: what was read from a pipe."""

    def origin(self, at: Span) -> str | None:
        """Return the file that a place was made from, where the text says so."""


@runtime_checkable
class Nearby(Protocol, metaclass=_ByAttributes):
    """A source of which parts of large files cost no more than small files: facts then cost their ``local`` cost if ``nearby``."""

    nearby: bool


@runtime_checkable
class Fetching(Source, Protocol):
    """A source that a request to a server is made for each file of, and that makes several at a time."""

    @property
    def ahead(self) -> int:
        """How many files it fetches at a time before they are read; 0 for none: then ``fetch`` is not called."""

    def fetch(self, paths: Collection[str]) -> None:
        """Begin to fetch files that will be read, and return at once; what fails is raised when the file is read."""


@runtime_checkable
class Answering(Source, Protocol):
    """A model behind an OpenAI-compatible server. It is judged by what it answers, whatever budget the run has."""

    model: str
    """What the server calls it."""
    endpoint: Endpoint
    listed: Sequence[str]
    """The names of all models in the server's list; empty if it could not be read."""

    def confirm(self, answered: object) -> None:
        """Note which model answered, as the response names it. Raises TargetError if the server serves it in place of this one."""


@runtime_checkable
class Explained(Protocol, metaclass=_ByAttributes):
    """A source that says what its verdict rests on, for the report: that only the name is known, say. Read after the facts."""

    @property
    def reason(self) -> str | None:
        """One clause, or None if there is nothing to say."""


@runtime_checkable
class Withholding(Protocol, metaclass=_ByAttributes):
    """A source whose files may be withheld from this user, as those of a gated repository are. Read after the facts."""

    withheld: str | None
    """Why, and how to get access; None if they can be read."""


@runtime_checkable
class WithFacts(Protocol, metaclass=_ByAttributes):
    """A source that brings facts, which are then not computed: fact type → value, None for a fact that is missing."""

    facts: Mapping[type, Any]


@runtime_checkable
class GgufSummarized(Protocol, metaclass=_ByAttributes):
    """A source that knows the main fields of its GGUF file without reading it, as the Hub's API returns them under ``gguf``."""

    gguf_summary: Mapping[str, Any] | None
    """``architecture``, ``chat_template``, ``total`` (number of parameters)."""


@record()
class Opened:
    """A source, and the name of the plug-in that opened it."""

    source: Source
    plugin: str


@mutable
class Access:
    """What a source may use.

    ``timeout`` is in seconds for each target; ``slots`` bounds the number of concurrent requests. ``model`` selects one of the
    models of a server; ``stdin_name`` is the path that standard input stands for, ``name`` the name under which a local
    checkpoint is judged. The first request that cannot connect to the
    Hub sets ``unreachable`` to the message, so that no other request waits for it. ``due`` is work that the run has to do in any
    case: it is done once, while the first answer is awaited.
    """

    network: bool
    timeout: float = 30.0
    slots: Slots = field(default_factory=lambda: Slots(8))
    unreachable: str | None = None
    model: str | None = None
    stdin_name: str | None = None
    name: str | None = None
    due: Callable[[], object] | None = None
