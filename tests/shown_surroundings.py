"""What a page's commands find around them, by a comment ``<!-- with: NAME -->``: a Hub, a server, a GGUF file, Ollama's store."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from modelcheck.testing.tiny import gguf

from conftest import ROOT, write_tree
from hub.server import fixture_files, running_hub
from served.server import transformers_serve

TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
GGUF = f"""\
general.name = "Thing 8B Instruct"
general.basename = "Thing"
general.finetune = "Instruct"
llama.block_count = 1
llama.vocab_size = 4
tokenizer.ggml.model = "gpt2"
tokenizer.ggml.tokens = ["<|im_start|>", "<|im_end|>", "a", "b"]
tokenizer.ggml.eos_token_id = 1
tokenizer.chat_template = {json.dumps(TEMPLATE)}
token_embd.weight Q8_0 4x32
blk.0.ffn_down.weight Q8_0 4x32
"""


@dataclass(frozen=True)
class Around:
    """``written`` are addresses as a page writes them, with what they are in the test; ``env`` are variables of the shell."""

    written: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def _hub(folder: Path) -> Iterator[Around]:
    with running_hub() as hub:
        hub.add("meta-llama/Meta-Llama-3-8B", fixture_files("tiny-base"))
        hub.add("meta-llama/Meta-Llama-3-8B-Instruct", fixture_files("tiny-instruct"))
        hub.add("acme/support-bot", fixture_files("tiny-instruct"), private=True)
        yield Around({"https://hub.acme.example": hub.address}, {"HF_ENDPOINT": hub.address})


@contextmanager
def _server(folder: Path) -> Iterator[Around]:
    home = folder / "server-home"
    home.mkdir()
    (home / "tiny-instruct").symlink_to(ROOT / "fixtures/tiny-instruct")
    with transformers_serve(Path("tiny-instruct"), home) as address:  # started in that folder, so that the path is its name
        yield Around({"http://127.0.0.1:8000/v1": address})


@contextmanager
def _gguf(folder: Path) -> Iterator[Around]:
    write_tree(folder / "fixtures", {"thing-8b-instruct-Q8_0.gguf": gguf(GGUF)})
    yield Around()


@contextmanager
def _ollama(folder: Path) -> Iterator[Around]:
    model = gguf(GGUF)
    digest = hashlib.sha256(model).hexdigest()
    layer = {"mediaType": "application/vnd.ollama.image.model", "digest": f"sha256:{digest}", "size": len(model)}
    manifest = "ollama/manifests/registry.ollama.ai/library/thing/8b"
    write_tree(folder, {f"ollama/blobs/sha256-{digest}": model, manifest: json.dumps({"layers": [layer]})})
    yield Around(env={"OLLAMA_MODELS": str(folder / "ollama")})


KINDS: dict[str, Callable[[Path], AbstractContextManager[Around]]] = {
    "hub": _hub,
    "server": _server,
    "gguf": _gguf,
    "ollama": _ollama,
}
