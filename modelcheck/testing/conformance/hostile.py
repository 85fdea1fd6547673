"""Files that nobody writes and somebody sends: huge lines, deep nesting, bytes that are no text, files that are empty or cut."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from modelcheck.declarations import Reader
from modelcheck.engine.lock.file import FILE as LOCK
from modelcheck.testing.checking import Files
from modelcheck.testing.tiny import gguf, safetensors

_LONG = 1_000_000
_DEEP = 5_000
CHECKPOINT: Files = {
    "config.json": '{"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 40, "eos_token_id": 2}\n',
    "generation_config.json": '{"eos_token_id": [2, 3], "temperature": 0.6}\n',
    "tokenizer_config.json": '{"tokenizer_class": "LlamaTokenizer", "eos_token": "</s>", "model_max_length": 4096}\n',
    "chat_template.jinja": "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}</s>{% endfor %}\n",
    "README.md": "---\nlicense: mit\nbase_model: acme/thing-7b-base\n---\n# Thing\n\nA model that answers questions!\n",
    "model.safetensors": safetensors("model.embed_tokens.weight BF16 40x4"),
}
"""A small checkpoint with a file of each usual kind."""
GGUF_CHECKPOINT: Files = {"thing-Q8_0.gguf": gguf("llama.block_count = 1\nblk.0.ffn_down.weight Q8_0 4x32")}
NAMES = ("memory", "acme/Thing-7B-Instruct", "a/" + "b-" * 40 + "c", "acme/\u0436\u202e..--")


def spoiled(content: str | bytes) -> Iterator[tuple[str, bytes]]:
    """The content changed in each hostile way, with what was done, as the end of "a file that is …"."""
    whole = content.encode() if isinstance(content, str) else content
    middle = len(whole) // 2
    yield "empty", b""
    yield "cut in the middle", whole[:middle]
    yield "of bytes that are no text", whole + bytes(range(256)) * 16
    yield "not UTF-8 in the middle", whole[:middle] + b"\xff\xc3" + whole[middle:]
    yield "one line of a million characters", whole.replace(b"\n", b" ") + b"a!" * (_LONG // 2)
    yield "followed by a line of a million characters", whole + b"x" * _LONG + b"\n"
    yield "repeated to a million characters", whole * (_LONG // max(1, len(whole)))
    yield "nested thousands of levels deep", whole[:0] + b'{"a": [' * _DEEP + b"1" + b"]}" * _DEEP
    yield "full of control characters", whole.replace(b" ", "\u202e\x1b[31m\u2028\r\v ".encode())
    yield from _other_values(whole)


def _other_values(content: bytes) -> Iterator[tuple[str, bytes]]:
    """A JSON object without its keys, and with values of other types."""
    try:
        data = json.loads(content)
    except ValueError:
        return
    if isinstance(data, dict):
        yield "an empty object", b"{}"
        yield "a list", b"[]"
        for how, value in (("null", None), ("a list of an object", [{}]), ("a long text", "x" * _LONG), ("a number", -1)):
            yield f"an object whose values are all {how}", json.dumps(dict.fromkeys(data, value)).encode()


def hostile_folders(files: Files) -> Iterator[tuple[str, Files]]:
    """The files with one of them spoiled, or missing, at a time; and what was done. A lock is the user's own, and stays."""
    for path, content in files.items():
        if path == LOCK:
            continue
        for how, bad in spoiled(content):
            yield f"{path} is {how}", {**files, path: bad}
        yield f"{path} is missing", {other: text for other, text in files.items() if other != path}


def hostile_files(reader: Reader, seeds: Mapping[str, str | bytes]) -> Iterator[tuple[str, str, bytes]]:
    """What was done, path and content of files that a reader takes by their names and words; ``seeds`` are files that it reads."""
    words = " ".join(reader.mentions)
    made = {_named(pattern): f"# {words}\nmodel: acme/thing-7b # {words}\n- {words}\n" for pattern in reader.files}
    for path, content in {**made, **seeds}.items():
        for how, bad in spoiled(content):
            yield f"{path} is {how}", path, bad
            yield f"{path} is {how} after the words that the reader mentions", path, f"{words}\n".encode() + bad


def _named(pattern: str) -> str:
    """A file name that a shell pattern matches: ``a.yaml`` for ``*.yaml``, ``a[bc]`` is not tried."""
    return pattern.replace("*", "a").replace("?", "a") or "a"
