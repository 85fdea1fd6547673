"""``--expect``: whether a server serves the checkpoint that is expected there, through servers that do, and that get it wrong."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT, Command
from forking import Starter
from served.engine import OTHER, SPECIAL, Engine, checkpoint, running
from served.server import transformers_serve

TEXTS, CHATS, LONG = "token counts of texts", "token counts of conversations", "a long prompt"
TOKENIZE, TEMPLATE, CONTEXT, ID = "tokens of /tokenize", "text of /apply-template", "context length", "model id"


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    home = tmp_path_factory.mktemp("checkpoints")
    return {
        "own": checkpoint(home / "own"),
        "other": checkpoint(home / "other", corpus=1),
        "newer": checkpoint(home / "newer", special=(*SPECIAL, "<|call|>", "<|result|>")),
        "older": checkpoint(home / "older", special=(*SPECIAL, "xq7 unused", "zq8 unused")),
        "no first": checkpoint(home / "no first", first=False),
        "no template": checkpoint(home / "no template", template=""),
    }


def compared(modelcheck: Command, address: str, expected: Path, *more: str) -> tuple[dict[str, Any], list[str], int]:
    """The checks by name, the rules that found something, and the exit code."""
    done = modelcheck("scan", address, "--expect", expected, "--select", "served", "--format", "json", *more)
    assert not done.json["errors"], done.json["errors"]
    identity = done.json["checkpoints"][0]["served_identity"]
    assert identity["requests"] <= 30
    assert all(check["says"] for check in identity["checks"])
    checks = {check["name"]: check for check in identity["checks"]}
    assert len(checks) == len(identity["checks"])
    return checks, sorted(found["rule"] for found in done.json["findings"]), done.code


SAME: dict[str, dict[str, Any]] = {
    "with the two routes of the API": {},
    "with vLLM's routes": {"own_routes": "vllm", "stated": 4096},
    "with llama.cpp's routes": {"own_routes": "llama.cpp"},
    "with special tokens in prompts read as text": {"as_text": True},
    "with a system prompt of its own in the template's place": {"root": "/models/thing"},
}


@pytest.mark.parametrize("case", SAME)
def test_a_server_of_the_expected_checkpoint_agrees(case: str, folders: Mapping[str, Path], modelcheck: Command) -> None:
    with running(Engine(folders["own"], **SAME[case])) as address:
        checks, rules, code = compared(modelcheck, address, folders["own"])
    assert (rules, code) == ([], 0)
    assert {name: checks[name]["outcome"] for name in (TEXTS, CHATS, LONG)} == dict.fromkeys((TEXTS, CHATS, LONG), "agrees")
    own = SAME[case].get("own_routes")
    assert checks[TOKENIZE]["outcome"] == ("agrees" if own else "not checked")
    assert checks[TEMPLATE]["outcome"] == ("agrees" if own == "llama.cpp" else "not checked")


# what is served, how, what is expected → the rule, the check that differs, words of its evidence
FAULTS: dict[str, tuple[str, dict[str, Any], str, str, str, str]] = {
    "another tokenizer": ("other", {}, "own", "another-tokenizer", TEXTS, "another tokenizer"),
    "another tokenizer, by its ids": ("other", {"own_routes": "vllm"}, "own", "another-tokenizer", TOKENIZE, "another text"),
    "another tokenizer, no completions": ("other", {"texts": False}, "own", "another-tokenizer", CHATS, "another tokenizer"),
    "added tokens of another revision": ("older", {}, "newer", "added-tokens-missing", TEXTS, "not single tokens"),
    "special tokens of templates read as text": (
        "own", {"chats_as_text": True}, "own", "added-tokens-missing", CHATS, "its special tokens read as text",
    ),
    "the first token twice, by the engine": ("own", {"twice": True}, "own", "first-token-differs", TEXTS, "second first token"),
    "the first token twice, in chats": ("own", {"first": True}, "own", "first-token-differs", CHATS, "first token twice"),
    "the first token twice, special tokens as text": (
        "own", {"twice": True, "as_text": True}, "own", "first-token-differs", TEXTS, "second first token",
    ),
    "no first token": ("own", {"no_first": True}, "own", "first-token-differs", TEXTS, "is missing"),
    "no generation prompt": ("own", {"prompt": False}, "own", "prompt-without-answer-start", CHATS, "without the generation"),
    "another template": ("own", {"template": OTHER}, "own", "another-template", CHATS, "another template"),
    "another template, by its text": (
        "own", {"template": OTHER, "own_routes": "llama.cpp"}, "own", "another-template", TEMPLATE, "'[system]",
    ),
    "a system prompt where there is none": (
        "own", {"system": "Be kind. Speak of boats only."}, "own", "system-prompt-added", CHATS, "without a system prompt",
    ),
    "a system prompt, by its text": (
        "own", {"system": "Be kind. Speak of boats only.", "own_routes": "llama.cpp"}, "own", "system-prompt-added", TEMPLATE,
        "without a system prompt",
    ),
    "a system prompt before each conversation": (
        "own", {"system": "Be kind.", "always_system": True}, "own", "system-prompt-added", CHATS, "however many turns",
    ),
    "a first token that nobody expects, on both routes": (
        "no first", {"twice": True, "first": True}, "no first", "first-token-differs", CHATS, "one more first token",
    ),
    "prompts cut at 60 tokens": ("own", {"window": 60}, "own", "prompt-cut", TEXTS, "no text has more than 60 tokens"),
    "prompts cut at 80 tokens": ("own", {"window": 80}, "own", "prompt-cut", TEXTS, "no text has more than 80 tokens"),
    "prompts cut at 100 tokens": ("own", {"window": 100}, "own", "prompt-cut", LONG, "it reads 100"),
    "prompts cut at 110 tokens": ("own", {"window": 110}, "own", "prompt-cut", LONG, "it reads 110"),
    "chats cut at 80 tokens": ("own", {"window": 80, "texts": False}, "own", "prompt-cut", CHATS, "longer ones are cut"),
    "prompts cut silently": ("own", {"window": 512}, "own", "prompt-cut", LONG, "it reads 512"),
    "prompts cut silently, those of /tokenize too": (
        "own", {"window": 512, "own_routes": "vllm", "last": 211}, "own", "prompt-cut", TOKENIZE, "the text is cut",
    ),
    "a shorter context, refused": ("own", {"most": 600}, "own", "shorter-context", LONG, "maximum context length"),
    "a shorter context, stated": ("own", {"stated": 2048}, "own", "shorter-context", CONTEXT, "2,048 of the model's 4,096"),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS)
def test_a_planted_fault_is_found_and_named(case: str, folders: Mapping[str, Path], modelcheck: Command) -> None:
    served, wrongly, expected, rule, check, says = FAULTS[case]
    with running(Engine(folders[served], **wrongly)) as address:
        checks, rules, code = compared(modelcheck, address, folders[expected])
    assert rules == [f"served/{rule}"]
    assert checks[check]["outcome"] == "differs"
    assert says in checks[check]["says"]
    assert code == (1 if rule == "another-tokenizer" else 0), "an error for another tokenizer only"


class Cached:
    """Counts what is new in a prompt."""

    def __init__(self) -> None:
        self.seen: set[str] = set()

    def __call__(self, count: int, text: str, _requests: int) -> int:
        new = text not in self.seen
        self.seen.add(text)
        return count if new else 1


USELESS: dict[str, tuple[dict[str, Any], str]] = {
    "no usage": ({"usage": lambda *_: None}, "no usage.prompt_tokens"),
    "a text as a count": ({"usage": lambda *_: "12"}, "no usage.prompt_tokens"),
    "less than nothing": ({"usage": lambda *_: -1}, "no usage.prompt_tokens"),
    "the same for all": ({"usage": lambda *_: 7}, "mean nothing"),
    "always zero": ({"usage": lambda *_: 0}, "mean nothing"),
    "a quarter of the characters": ({"usage": lambda _count, text, _seen: len(text) // 4}, "follow the length"),
    "a quarter of the bytes": ({"usage": lambda _count, text, _seen: len(text.encode()) // 4}, "follow the length"),
    "two sevenths of the characters": ({"usage": lambda _count, text, _seen: round(len(text) / 3.5)}, "follow the length"),
    "any share of the bytes": ({"usage": lambda _count, text, _seen: int(len(text.encode()) * 0.37) + 3}, "follow the length"),
    "four thirds of the words": ({"usage": lambda _count, text, _seen: len(text.split()) * 4 // 3}, "follow the length"),
    "1.3 times the words": ({"usage": lambda _count, text, _seen: int(len(text.split()) * 1.3)}, "follow the length"),
    "words": ({"usage": lambda _count, text, _seen: len(text.split())}, "follow the length"),
    "without what is cached": ({"usage": Cached()}, "in its cache"),
    "too many requests": ({"refuse_after": 0}, "429 slow down"),
    "not ready": ({"refuse_after": 15, "status": 503}, "503 slow down"),
    "no route": ({"texts": False, "chats": False}, ""),
}


@pytest.mark.parametrize("case", USELESS)
def test_counts_that_say_nothing_are_no_difference(case: str, folders: Mapping[str, Path], modelcheck: Command) -> None:
    wrongly, says = USELESS[case]
    engine = Engine(folders["own"], **wrongly)
    with running(engine) as address:
        done = modelcheck("scan", address, "--expect", folders["own"], "--select", "served", "--format", "json")
    assert done.json["findings"] == []
    (checkpoint,) = done.json["checkpoints"]
    checks = {check["name"]: check for check in checkpoint["served_identity"]["checks"]}
    assert checks[TEXTS]["outcome"] == checks[LONG]["outcome"] == "not checked"
    assert says in checks[TEXTS]["says"]


def test_what_was_counted_before_a_refusal_is_compared(folders: Mapping[str, Path], modelcheck: Command) -> None:
    engine = Engine(folders["own"], refuse_after=19)
    with running(engine) as address:
        checks, rules, _ = compared(modelcheck, address, folders["own"])
    assert rules == []
    assert checks[TEXTS]["outcome"] == "agrees"
    assert "others were refused: 429 slow down" in checks[TEXTS]["says"]
    assert [checks[name]["outcome"] for name in (CHATS, LONG)] == ["not checked"] * 2


def test_a_server_that_only_streams_is_not_compared_on_that_route(folders: Mapping[str, Path], modelcheck: Command) -> None:
    with running(Engine(folders["other"], stream=True, texts=True)) as address:
        checks, rules, _ = compared(modelcheck, address, folders["other"])
    assert rules == []
    assert (checks[TEXTS]["outcome"], checks[CHATS]["outcome"]) == ("agrees", "not checked")
    assert "no JSON object" in checks[CHATS]["says"]


def test_without_a_template_only_the_tokenizer_is_compared(folders: Mapping[str, Path], modelcheck: Command) -> None:
    with running(Engine(folders["own"])) as address:
        checks, rules, _ = compared(modelcheck, address, folders["no template"])
    assert (rules, checks[TEXTS]["outcome"], checks[CHATS]["outcome"]) == ([], "agrees", "not checked")
    assert "no chat template" in checks[CHATS]["says"]


HOSTILE = {
    "no JSON": b"{",
    "another kind of JSON": b"[]",
    "a type that is unknown": b'{"model": {"type": "Nope"}}',
    "nested": b"[" * 200_000,
    "a pattern that takes for ever": json.dumps(
        {"version": "1.0", "added_tokens": [], "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []},
         "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "(.|.|.|..)*$x"}, "behavior": "Isolated", "invert": False}}
    ).encode(),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_tokenizer_made_to_hurt_is_not_checked(
    case: str, folders: Mapping[str, Path], modelcheck: Command, tmp_path: Path
) -> None:
    for file in folders["own"].iterdir():
        (tmp_path / file.name).write_bytes(HOSTILE[case] if file.name == "tokenizer.json" else file.read_bytes())
    with running(Engine(folders["own"])) as address:
        done = modelcheck(
            "scan", address, "--expect", tmp_path, "--select", "served", "--format", "json", cwd=folders["own"], timeout=200
        )
    assert done.code in (0, 4)
    assert done.json["findings"] == []
    identity = done.json["checkpoints"][0]["served_identity"]
    outcomes = {check["outcome"] for check in identity["checks"]} if identity else set()
    assert outcomes <= {"not checked", "agrees"}
    assert identity or done.json["errors"]


MISUSE = {
    "a folder is scanned": (["{own}", "--expect", "{own}"], "not for"),
    "a folder beside a server": (["http://127.0.0.1:9/v1", "{own}", "--expect", "{own}"], "not for"),
    "nothing is scanned": (["--expect", "{own}"], "not for"),
    "a server is expected": (["http://127.0.0.1:9/v1", "--expect", "http://127.0.0.1:9/v1"], "names a checkpoint"),
    "nothing is expected": (["http://127.0.0.1:9/v1", "--expect", ""], "names a checkpoint"),
}


@pytest.mark.parametrize("case", MISUSE)
def test_it_is_for_servers_only(case: str, folders: Mapping[str, Path], modelcheck: Command) -> None:
    words, says = MISUSE[case]
    done = modelcheck("scan", *(word.replace("{own}", str(folders["own"])) for word in words))
    assert done.code == 2
    assert says in done.err


@pytest.mark.parametrize("expected", ["./missing", "acme/nowhere", "{empty}"])
def test_what_cannot_be_opened_is_an_error(expected: str, folders: Mapping[str, Path], modelcheck: Command, tmp_path: Path) -> None:
    with running(Engine(folders["own"])) as address:
        done = modelcheck("scan", address, "--expect", expected.replace("{empty}", str(tmp_path)), "--format", "json")
    (error,) = done.json["errors"]
    assert done.code == 4
    assert "--expect" in error["message"]
    assert done.json["checkpoints"][0]["served_identity"] is None


def test_the_report_says_what_was_not_checked_and_is_read_back(
    folders: Mapping[str, Path], modelcheck: Command, tmp_path: Path
) -> None:
    with running(Engine(folders["own"], prompt=False)) as address:
        words = ("scan", address, "--expect", folders["own"], "--select", "served", "--format", "text")
        done = modelcheck(*words, "--format", f"json={tmp_path / 'saved.json'}")
    text = " ".join(done.out.split())
    assert "3 agree, " not in text.partition("compared with")[0]
    assert "tokens of /tokenize: not checked: the server has no such route" in text
    assert "its template without the generation prompt" in text
    again = modelcheck("report", tmp_path / "saved.json", "--format", "text")
    assert "compared with" in again.out
    assert again.out.partition("compared with")[2].split("\n")[1:6] == done.out.partition("compared with")[2].split("\n")[1:6]


def test_one_line_says_what_was_not_checked(folders: Mapping[str, Path], modelcheck: Command) -> None:
    with running(Engine(folders["own"])) as address:
        done = modelcheck("scan", address, "--expect", folders["own"], "--select", "served", "--format", "concise")
    (line,) = [line for line in done.out.splitlines() if "compared with" in line]
    assert line.startswith(f"{address}: compared with {folders['own']} by ")
    said, _, unchecked = line.partition("3 agree, 6 not checked (")
    assert said
    assert {TOKENIZE, TEMPLATE, CONTEXT, ID} < set(unchecked.rstrip(")").split(", "))


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, starter: Starter) -> Iterator[str]:
    home = tmp_path_factory.mktemp("home")
    with transformers_serve(ROOT / "fixtures/tiny-instruct", home, starter.start_models()) as address:
        yield address


@pytest.mark.slow
def test_a_real_server_agrees_with_what_it_serves(real: str, modelcheck: Command) -> None:
    model = ROOT / "fixtures/tiny-instruct"
    checks, rules, code = compared(modelcheck, real, model, "--model", str(model))
    assert (rules, code) == ([], 0)
    assert checks[TEXTS]["outcome"] == checks[CHATS]["outcome"] == "agrees"


WRONG_TEMPLATES = {
    "served/another-template": OTHER.replace("{{ bos_token }}", ""),
    "served/prompt-without-answer-start": (
        "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("rule", WRONG_TEMPLATES)
def test_a_real_server_with_another_template_file_differs(rule: str, modelcheck: Command, starter: Starter, tmp_path: Path) -> None:
    own, model = ROOT / "fixtures/tiny-instruct", tmp_path / "changed"
    shutil.copytree(own, model)
    (model / "chat_template.jinja").write_text(WRONG_TEMPLATES[rule])
    with transformers_serve(model, tmp_path / "home", starter.start_models()) as address:
        checks, rules, _ = compared(modelcheck, address, own, "--model", str(model))
    assert rules == [rule]
    assert (checks[TEXTS]["outcome"], checks[CHATS]["outcome"]) == ("agrees", "differs")
