"""A server on loopback that tokenizes and renders as engines do, with transformers' tokenizer; it can be told to do it wrongly."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from served.server import answering, send


@dataclass
class Engine:
    """``folder`` is what it serves; the other fields are how an engine, its options or a proxy before it get it wrong.

    ``first`` is added before conversations, ``prompt`` adds the beginning of the answer, ``window`` cuts prompts silently, ``last``
    cuts what /tokenize is asked, ``most`` is the length from which they are refused, ``usage`` makes the count that is reported of
    tokens, text and the counts so far. ``as_text`` reads special tokens in prompts as text, as dasllama does, ``chats_as_text``
    those of templates. ``likely`` makes the ``logprobs`` of a completion of its ids and the number that is asked for, ``writes`` so
    many completions of ids, of so many tokens each.
    """

    folder: Path
    template: str | None = None
    system: str | None = None
    always_system: bool = False
    first: bool = False
    twice: bool = False
    no_first: bool = False
    prompt: bool = True
    window: int | None = None
    last: int = 0
    most: int | None = None
    texts: bool = True
    chats: bool = True
    root: str | None = None
    stated: int | None = None
    own_routes: str = ""
    usage: Any = None
    refuse_after: int | None = None
    status: int = 429
    stream: bool = False
    likely: Any = None
    writes: Any = None
    as_text: bool = False
    chats_as_text: bool = False
    seen: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        from transformers import AutoTokenizer

        self.tokenizer: Any = AutoTokenizer.from_pretrained(self.folder)

    def ids(self, text: str, *, special: bool, as_text: bool = False) -> list[int]:
        how = {"split_special_tokens": True} if as_text or (self.as_text and special) else {}
        ids = list(self.tokenizer(text, add_special_tokens=special and not self.no_first, **how)["input_ids"])
        return [self.tokenizer.bos_token_id, *ids] if special and self.twice else ids

    def render(self, messages: list[dict[str, str]]) -> str:
        if self.system and (self.always_system or messages[0]["role"] != "system"):
            messages = [{"role": "system", "content": self.system}, *messages]
        template = self.template or self.tokenizer.chat_template
        text: str = self.tokenizer.apply_chat_template(
            messages, tokenize=False, add_generation_prompt=self.prompt, chat_template=template
        )
        return text

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        status, body = self._answer(handler.path, getattr(handler, "asked", {}))
        if self.stream and status == 200 and "messages" in getattr(handler, "asked", {}):
            send(handler, b"data: {}\n\ndata: [DONE]\n\n", kind="text/event-stream")
            return
        send(handler, json.dumps(body).encode(), status)

    def _answer(self, path: str, body: Mapping[str, Any]) -> tuple[int, Any]:
        if path == "/v1/models":
            more = {"root": self.root} if self.root else {}
            more |= {"max_model_len": self.stated} if self.stated else {}
            return 200, {"data": [{"id": "thing", **more}]}
        self.seen.append(path)
        if self.refuse_after is not None and body.get("max_tokens") == 1 and self._asked() > self.refuse_after:
            return self.status, {"error": {"message": "slow down"}}
        if path == "/v1/completions" and self.texts:
            ids = self.ids(body["prompt"], special=True)
            if self.writes and body["max_tokens"] > 1 and body.get("temperature") == 1:
                texts = self.writes(ids, body.get("n", 1), body["max_tokens"])
                return 200, {"model": "thing", "choices": [{"text": text, "finish_reason": "length"} for text in texts]}
            more = {"logprobs": self.likely(ids, body["logprobs"])} if self.likely and "logprobs" in body else {}
            return self._generated(body["prompt"], ids, {"text": " and on", **more})
        if path == "/v1/chat/completions" and self.chats:
            text = self.render(body["messages"])
            return self._generated(
                text, self.ids(text, special=self.first, as_text=self.chats_as_text), {"message": {"content": "Yes."}}
            )
        return self._own(path, body)

    def _asked(self) -> int:
        return sum(path.endswith("completions") for path in self.seen)

    def _generated(self, text: str, ids: list[int], choice: dict[str, Any]) -> tuple[int, Any]:
        if self.most and len(ids) > self.most:
            return 400, {"error": {"message": f"this model's maximum context length is {self.most} tokens"}}
        count = min(len(ids), self.window or len(ids))
        reported = self.usage(count, text, len(self.seen)) if self.usage else count
        usage = {} if reported is None else {"usage": {"prompt_tokens": reported, "completion_tokens": 1}}
        return 200, {"model": "thing", "choices": [{**choice, "finish_reason": "length"}], **usage}

    def _own(self, path: str, body: Mapping[str, Any]) -> tuple[int, Any]:
        if path == "/tokenize" and self.own_routes == "broken":
            return 200, {"tokens": "many"}
        if path == "/tokenize" and self.own_routes == "vllm":
            return 200, {"tokens": self.ids(body["prompt"][-self.last :], special=body["add_special_tokens"])}
        if path == "/tokenize" and self.own_routes == "llama.cpp":
            return 200, {"tokens": self.ids(body.get("content", ""), special=body.get("add_special", False))}
        if path == "/apply-template" and self.own_routes == "llama.cpp":
            return 200, {"prompt": self.render(body["messages"])}
        if path == "/props" and self.own_routes == "llama.cpp":
            return 200, {"model_path": "/models/thing.gguf", "default_generation_settings": {"n_ctx": self.stated or 4096}}
        return 404, {"error": {"message": "Not Found"}}


@contextmanager
def running(engine: Engine) -> Iterator[str]:
    """The address of an engine."""
    with answering(engine.answer) as address:
        yield address


TEMPLATE = """{{ bos_token }}{% for m in messages %}<|im_start|>{{ m.role }}
{{ m.content }}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""
OTHER = """{{ bos_token }}{% for m in messages %}[{{ m.role }}] {{ m.content }} [end]
{% endfor %}{% if add_generation_prompt %}[assistant] {% endif %}"""
SPECIAL = ("<s>", "</s>", "<|im_start|>", "<|im_end|>")
CORPUS = (
    "the harbour log says that many boats left before noon and that the answer is written in one word",
    "Привет мир добрый день def function return value items digits 1969 2024 hello there how are you",
    "internationalization deoxyribonucleic electroencephalogram and the antidisestablishmentarianism",
)


def checkpoint(
    folder: Path,
    *,
    corpus: int = 0,
    special: tuple[str, ...] = SPECIAL,
    first: bool = True,
    template: str = TEMPLATE,
    context: int = 4096,
) -> Path:
    """A checkpoint's metadata files, with a byte-level BPE tokenizer trained on a few words."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=600, special_tokens=list(special), initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    words = [*CORPUS[corpus:], *CORPUS[:corpus]]
    tokenizer.train_from_iterator([" ".join(words[:2])] * 4, trainer)
    if first:
        tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 0)])
    folder.mkdir(parents=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "max_position_embeddings": context}
    (folder / "config.json").write_text(json.dumps(config))
    named = {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<s>", "eos_token": "<|im_end|>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(named))
    if template:
        (folder / "chat_template.jinja").write_text(template)
    return folder
