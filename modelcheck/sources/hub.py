"""A checkpoint on the Hub. One request pins the commit and lists the files; a file is downloaded when a fact reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from modelcheck.errors import Absent, Broken, TargetError
from modelcheck.findings import Span
from modelcheck.hooks import hookimpl
from modelcheck.sources import Access, Source
from modelcheck.sources.cache import cached_file, keep, remember
from modelcheck.sources.target import Target

if TYPE_CHECKING:
    from modelcheck.sources.hub_client import HubClient


class HubSource:
    """One repository at one commit. Files that are read are stored in the Hub's cache, for other tools too.

    ``withheld`` says why the files of a gated repository cannot be read; what the Hub shows publicly stands in for them.
    ``gguf_summary`` is what the Hub has read from a GGUF file of the repository.
    """

    kind = "hub"

    def __init__(self, client: HubClient, info: Mapping[str, Any], *, token: bool, focus: str | None = None) -> None:
        self.name: str = client.id
        self.revision: str = info["sha"]
        self._client = client
        self._files = {
            sibling["rfilename"]: sibling.get("size")
            for sibling in info.get("siblings") or ()
            if isinstance(sibling, dict) and isinstance(sibling.get("rfilename"), str)
        }
        if focus:
            self._files = {path: size for path, size in self._files.items() if not path.endswith(".gguf") or path == focus}
        self._public = _public_files(info)
        summary = info.get("gguf")
        self.gguf_summary: Mapping[str, Any] | None = summary if isinstance(summary, dict) else None
        self.withheld: str | None = None
        if info.get("gated") and not token:
            self.withheld = f"{self.name} is gated: accept its conditions on its page and set HF_TOKEN"

    @property
    def reason(self) -> str | None:
        """What the verdict rests on, if files are withheld."""
        return f"{self.withheld}; judged by what the Hub shows publicly" if self.withheld else None

    def files(self) -> Mapping[str, int | None]:
        """Return the files of the commit, with their sizes."""
        return self._files

    def read(self, path: str, limit: int) -> bytes:
        """Return a listed file, from the cache or the Hub. Raises Absent (also if access is withheld), Broken."""
        if path not in self._files:
            raise Absent(f"no {path}")
        size = self._files[path]
        if size is not None and size > limit:
            raise Broken(Span(path), f"is {size:,} bytes long; modelcheck reads at most {limit:,} of such a file")
        local = cached_file(self.name, self.revision, path)
        if local is not None:
            return local.read_bytes()
        if not self.withheld:
            try:
                answer = self._client.file(path, self.revision, limit)
            except TargetError as error:
                if error.kind != "gated":
                    raise Absent(f"{path} could not be read: {error}") from None
                self.withheld = str(error)
            else:
                keep(self.name, self.revision, path, answer.headers, answer.body)
                return answer.body
        if path in self._public:
            return self._public[path]
        raise Absent(f"{path} is withheld: {self.withheld}")

    def read_range(self, path: str, start: int, length: int) -> bytes:
        """Return some bytes of a file. Raises Absent."""
        if self.withheld or path not in self._files:
            raise Absent(f"{path} is withheld: {self.withheld}" if self.withheld else f"no {path}")
        try:
            answer = self._client.file(path, self.revision, length, start, length)
        except TargetError as error:
            raise Absent(f"{path} could not be read: {error}") from None
        if answer.status != 206:
            raise Absent(f"the Hub gives no part of {path}")
        return answer.body

    def shown(self, path: str) -> str:
        """Return the path from the repository's root."""
        return path


def _public_files(info: Mapping[str, Any]) -> dict[str, bytes]:
    """What the Hub's API returns to everyone about a repository, as the files that it was read from."""
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


def _focus(target: Target, info: Mapping[str, Any]) -> str | None:
    """The GGUF file that a target of the form ``org/name:Q4_K_M`` or ``org/name/file.gguf`` selects. Raises TargetError."""
    names = sorted(sibling.get("rfilename", "") for sibling in info.get("siblings") or () if isinstance(sibling, dict))
    ggufs = [name for name in names if name.endswith(".gguf")]
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
    info = client.info(target.revision)
    from huggingface_hub import get_token

    remember(target.id, target.revision or "main", info["sha"])
    return HubSource(client, info, token=bool(get_token()), focus=_focus(target, info))
