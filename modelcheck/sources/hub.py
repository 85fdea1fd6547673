"""A checkpoint on the Hub. One request pins the commit and lists the files; a file is downloaded when a fact reads it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from modelcheck.errors import Absent, Broken, TargetError, Unavailable
from modelcheck.findings import Span
from modelcheck.hooks import hookimpl
from modelcheck.sources import Access, Source
from modelcheck.sources.cache import cached_file, keep, remember
from modelcheck.sources.hub_listing import Listed, is_digest
from modelcheck.sources.target import Target

if TYPE_CHECKING:
    from modelcheck.sources.hub_client import HubClient


_SMALL = 64 * 2**10
"""Bytes of a file that is kept in memory: several facts read it."""
_MOST_SMALL = 16
"""Files that are kept."""
_AHEAD = 2 * 2**20
"""Bytes of a file that is fetched before it is read; what may be longer has a limit of its own, which the reader knows."""


class HubSource:
    """One repository at one commit. Files that are read are stored in the Hub's cache, for other tools too.

    ``withheld`` says why the files of a gated repository cannot be read; what the Hub shows publicly stands in for them.
    ``gguf_summary`` is what the Hub has read from a GGUF file of the repository.
    """

    kind = "hub"

    def __init__(
        self, client: HubClient, info: Mapping[str, Any], files: Mapping[str, Listed], *, token: bool, focus: str | None = None
    ) -> None:
        from modelcheck.sources.coming import Coming  # with what a hook need not import

        self.name: str = client.id
        self.revision: str = info["sha"]
        self._client = client
        self._listed = {path: one for path, one in files.items() if not focus or not path.endswith(".gguf") or path == focus}
        self._public = _public_files(info)
        self._small: dict[str, bytes] = {}
        self._coming = Coming(client.slots)
        self._gated = bool(info.get("gated"))
        summary = info.get("gguf")
        self.gguf_summary: Mapping[str, Any] | None = summary if isinstance(summary, dict) else None
        self.withheld: str | None = None
        if info.get("gated") and not token:
            self.withheld = f"{self.name} is gated: accept its conditions on its page and set HF_TOKEN"

    @property
    def reason(self) -> str | None:
        """What the verdict rests on, if files are withheld."""
        return f"{self.withheld}; judged by what the Hub shows publicly" if self.withheld else None

    @property
    def ahead(self) -> int:
        """How many files are fetched at a time before they are read."""
        return self._client.slots.ahead

    def files(self) -> Mapping[str, int | None]:
        """Return the files of the commit, with their sizes."""
        return {path: listed.size for path, listed in self._listed.items()}

    def digest(self, path: str) -> str | None:
        """Return the digest of a listed file: SHA-256 of one in LFS."""
        return self._listed[path].digest if path in self._listed else None

    def read(self, path: str, limit: int) -> bytes:
        """Return a listed file, from the cache or the Hub. Raises Absent, Broken, Unavailable (also if access is withheld)."""
        listed = self._listed.get(path)
        if listed is None:
            raise Absent(f"no {path}")
        if listed.size is not None and listed.size > limit:
            raise Broken(Span(path), f"is {listed.size:,} bytes long; modelcheck reads at most {limit:,} of such a file")
        content = self._small.get(path)
        if content is None or len(content) > limit:
            content = self._coming.take(path)
            if content is None or len(content) > limit:
                content = self._read(path, listed, limit)
            self._keep(path, content)
        return content

    def fetch(self, paths: Collection[str]) -> None:
        """Begin to fetch files that will be read: as many at a time as requests are allowed, and none that the cache has."""
        known = ((path, self._listed[path]) for path in paths if path in self._listed and path not in self._small)
        waiting = [(path, listed) for path, listed in known if listed.size is not None and listed.size <= _AHEAD]
        for path, listed in waiting:
            if self.withheld:
                return
            content = cached_file(self.name, self.revision, path, _AHEAD)
            if content is not None and listed.fits(content):
                self._keep(path, content)
            elif self._gated:  # one refusal is enough
                self._gated = False
                with suppress(Unavailable):
                    self._keep(path, self._read(path, listed, _AHEAD))
            else:
                self._coming.start(path, partial(self._read, path, listed, _AHEAD))

    def _keep(self, path: str, content: bytes) -> None:
        if len(content) <= _SMALL and len(self._small) < _MOST_SMALL:
            self._small[path] = content

    def _read(self, path: str, listed: Listed, limit: int) -> bytes:
        content = cached_file(self.name, self.revision, path, limit)
        if content is not None and listed.fits(content):
            return content
        if not self.withheld:
            try:
                return self._fetched(path, listed, limit)
            except TargetError as error:
                if error.kind != "gated":
                    raise Unavailable(error.kind, path, str(error)) from None
                self.withheld = str(error)
        if path in self._public:
            return self._public[path]
        raise self._withheld(path)

    def _fetched(self, path: str, listed: Listed, limit: int) -> bytes:
        """A file from the Hub, stored for other tools if it is known to be whole. Raises TargetError."""
        answer = self._client.file(path, self.revision, limit)
        if not listed.fits(answer.body):
            raise TargetError("unreadable", f"the Hub sent other bytes than {self.name} lists for it")
        etag = (answer.headers.get("x-linked-etag") or answer.headers.get("etag") or "").removeprefix("W/").strip('"')
        digest = listed.digest or (etag if is_digest(etag, answer.body) else None)
        if digest:
            keep(self.name, self.revision, path, digest, answer.body)
        return answer.body

    def read_range(self, path: str, start: int, length: int) -> bytes:
        """Return some bytes of a file. Raises Absent, Unavailable."""
        listed = self._listed.get(path)
        if listed is None:
            raise Absent(f"no {path}")
        if self.withheld:
            raise self._withheld(path)
        if listed.size is not None and start >= listed.size:  # the Hub refuses to give a part of nothing
            return b""
        try:
            answer = self._client.file(path, self.revision, length, start, length)
        except TargetError as error:
            raise Unavailable(error.kind, path, str(error)) from None
        if answer.status != 206:
            raise Unavailable("unreadable", path, "the Hub gives no part of it")
        if listed.size is not None and len(answer.body) != min(length, max(listed.size - start, 0)):
            raise Unavailable("unreadable", path, "the Hub gives another part of it than was asked for")
        return answer.body

    def _withheld(self, path: str) -> Unavailable:
        return Unavailable("gated", path, self.withheld or "")

    def shown(self, path: str) -> str:
        """Return the path from the repository's root."""
        return path


def _public_files(info: Mapping[str, Any]) -> dict[str, bytes]:
    """What the Hub's API returns to everyone about a repository, as the files that it was read from."""
    import json

    config = info.get("config")
    if not isinstance(config, dict):
        config = {}
    public: dict[str, bytes] = {}
    model = {key: config[key] for key in ("architectures", "model_type", "auto_map") if key in config}
    if model:
        public["config.json"] = json.dumps(model).encode()
    if isinstance(config.get("tokenizer_config"), dict):
        public["tokenizer_config.json"] = json.dumps(config["tokenizer_config"]).encode()
    if isinstance(config.get("chat_template_jinja"), str):
        public["chat_template.jinja"] = config["chat_template_jinja"].encode()
    if isinstance(info.get("cardData"), dict):
        # JSON is YAML: the front matter without its body, which is not public.
        public["README.md"] = f"---\n{json.dumps(info['cardData'])}\n---\n".encode()
    return public


def _focus(target: Target, files: Iterable[str]) -> str | None:
    """The GGUF file that a target of the form ``org/name:Q4_K_M`` or ``org/name/file.gguf`` selects. Raises TargetError."""
    ggufs = sorted(path for path in files if path.endswith(".gguf"))
    if target.file:
        if target.file not in ggufs:
            raise TargetError("not-found", f"{target.id} has no {target.file}; it has {', '.join(ggufs[:5]) or 'no GGUF file'}")
        return str(target.file)
    if not target.quant:
        return None
    wanted = target.quant.lower()
    fitting = [
        name for name in ggufs if wanted in name.lower().removesuffix(".gguf").replace("/", "-").replace(".", "-").split("-")
    ]
    if not fitting:
        raise TargetError("not-found", f"{target.id} has no GGUF file of {target.quant}; it has {', '.join(ggufs[:5]) or 'none'}")
    return str(fitting[0])


@hookimpl
def modelcheck_open(target: Target, access: Access) -> Source | None:
    """Open a Hub id over the network. Raises TargetError."""
    if target.kind != "hub" or target.id is None or not access.network:
        return None
    from modelcheck.sources.hub_client import HubClient

    client = HubClient(target.id, access)
    info, files = client.info(target.revision)
    from huggingface_hub import get_token

    remember(target.id, target.revision or "main", info["sha"])
    return HubSource(client, info, files, token=bool(get_token()), focus=_focus(target, files))
