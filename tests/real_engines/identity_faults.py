"""Ways in which a real engine serves something else than the expected checkpoint: its files, options, and a proxy before it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from modelcheck.documents.gguf import parse_gguf

from tools.real_engines.proxy import Change, cut, refusing_long_prompts, rendered_by, with_system_prompt

OF_GGUF = ("llama.cpp", "dasllama")
OTHER = """{% for m in messages %}[{{ m.role }}] {{ m.content }} [end]
{% endfor %}{% if add_generation_prompt %}[assistant] {% endif %}"""
_PROMPT = "{% if add_generation_prompt %}"
_RENAMED = {
    "<empty_output>": "<emptyyoutput>", "<jupyter_script>": "<jupyterrscript>", "<jupyter_output>": "<jupyterroutput>",
}  # fmt: skip
"""Names of the same length, so that nothing in a file moves."""
_ADDS_FIRST = b"tokenizer.ggml.add_bos_token"


@dataclass(frozen=True)
class Planted:
    """A fault: the ``rule`` that reports it, by the check ``by`` where that is certain.

    ``template`` makes another template of the model's; ``folder`` and ``gguf`` change a tokenizer's text and a GGUF file's header.
    ``proxy`` changes requests, ``otherwise`` does where an engine has no option for the fault.
    """

    rule: str
    model: str = "instruct"
    template: Callable[[str], str] | None = None
    folder: Callable[[str], str] | None = None
    gguf: Callable[[bytes], bytes] | None = None
    proxy: Change | None = None
    otherwise: Change | None = None
    context: int = 8192
    another_id: bool = False


def _without_prompt(template: str) -> str:
    return template[: template.rindex(_PROMPT)]


def _renamed(text: str) -> str:
    for old, new in _RENAMED.items():
        text = text.replace(old, new)
    return text


def _twice_folder(text: str) -> str:
    """A ``tokenizer.json`` that puts a first token before each text."""
    data = json.loads(text)
    first = {"SpecialToken": {"id": "<|im_start|>", "type_id": 0}}
    whole = [{"Sequence": {"id": kind, "type_id": index}} for index, kind in enumerate("AB")]
    data["post_processor"] = {
        "type": "TemplateProcessing", "single": [first, whole[0]], "pair": [first, *whole],
        "special_tokens": {"<|im_start|>": {"id": "<|im_start|>", "ids": [1], "tokens": ["<|im_start|>"]}},
    }  # fmt: skip
    return json.dumps(data)


def _renamed_gguf(header: bytes) -> bytes:
    return _renamed(header.decode("latin-1")).encode("latin-1")


def _twice_gguf(header: bytes) -> bytes:
    changed = bytearray(header)
    changed[header.index(_ADDS_FIRST) + len(_ADDS_FIRST) + 4] = 1  # the value follows its type
    return bytes(changed)


PLANTED = {
    "another model": Planted("another-tokenizer", model="base"),
    "another chat template": Planted("another-template", template=lambda _: OTHER, otherwise=rendered_by(OTHER)),
    "an additional first token": Planted("first-token-differs", folder=_twice_folder, gguf=_twice_gguf),
    "no generation prompt": Planted("prompt-without-answer-start", template=_without_prompt),
    "a system prompt, by a proxy": Planted("system-prompt-added", proxy=with_system_prompt),
    "a shorter context": Planted("shorter-context", context=512, otherwise=refusing_long_prompts),
    "long prompts cut, by a proxy": Planted("prompt-cut", proxy=cut),
    "missing added tokens": Planted("added-tokens-missing", folder=_renamed, gguf=_renamed_gguf),
    "another id": Planted("another-id", another_id=True),
}  # fmt: skip


def planted(fault: Planted, model: Path, home: Path) -> Path:
    """The changed checkpoint: a GGUF file if ``model`` is one, else a folder; ``model`` itself if the fault is not in its files."""
    if model.is_dir():
        return _planted_folder(fault, model, home / "model") if fault.folder else model
    if not fault.gguf and not fault.template:
        return model
    home.mkdir(parents=True)
    data = model.read_bytes()
    end = parse_gguf(model.name, len(data), lambda start, length: data[start : start + length]).layout()[1]
    header = data[:end]
    if fault.gguf:
        header = fault.gguf(header)
    if fault.template:
        header = _with_template(header, fault.template)
    assert len(header) == end
    (home / model.name).write_bytes(header + data[end:])
    return home / model.name


def _with_template(header: bytes, change: Callable[[str], str]) -> bytes:
    """A header with another template in the place of its own, filled up with a comment."""
    key = b"tokenizer.chat_template"
    at = header.index(key) + len(key) + 4
    length = int.from_bytes(header[at : at + 8], "little")
    own = header[at + 8 : at + 8 + length].decode()
    other = change(own)
    filled = other + "{#" + " " * (length - len(other) - 4) + "#}"
    return header[: at + 8] + filled.encode() + header[at + 8 + length :]


def _planted_folder(fault: Planted, model: Path, folder: Path) -> Path:
    folder.mkdir(parents=True)
    for file in model.iterdir():
        if file.name == "tokenizer.json" and fault.folder:
            (folder / file.name).write_text(fault.folder(file.read_text("utf-8")), "utf-8")
        else:
            (folder / file.name).symlink_to(file)
    return folder
