"""What a Python module does with the models that it loads: chat templates, conversations, trainers."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from modelcheck.facts.model_use import Method, ModelUse
from modelcheck.patterns import lazy
from modelcheck.readers.launch.python_values import Values
from modelcheck.records import replace

_TRAINERS: Mapping[str, Method] = {
    "SFTTrainer": "sft", "DPOTrainer": "preference", "KTOTrainer": "preference", "ORPOTrainer": "orpo", "GRPOTrainer": "rl",
    "PPOTrainer": "rl", "RewardTrainer": "reward",
}  # fmt: skip
ENGINE_KEYWORDS = frozenset(("tool_call_parser", "reasoning_parser", "enable_auto_tool_choice"))
_CHAT_ROUTES = ("chat/completions", "api/chat", "chat.completions")
_OTHER_ROUTES = ("embed", "pooling", "score", "rerank", "classify")
_OF_TEMPLATES = lazy(r"template|instruct|(is|use|has|apply)_?chat|[\"']chat", re.I)
_WHOLE = ("modules_to_save", "target_modules")
_CONVERSATIONS = frozenset((
    "trl-lib/Capybara", "HuggingFaceH4/ultrachat_200k", "HuggingFaceH4/no_robots", "HuggingFaceH4/deita-10k-v0-sft",
    "HuggingFaceH4/Multilingual-Thinking", "HuggingFaceTB/smoltalk", "HuggingFaceTB/smol-smoltalk",
    "HuggingFaceTB/everyday-conversations-llama3.1-2k", "allenai/tulu-3-sft-mixture", "allenai/tulu-v2-sft-mixture",
    "open-r1/OpenR1-Math-220k", "open-r1/Mixture-of-Thoughts",
))  # fmt: skip
"""Data whose rows are lists of messages, which TRL formats with the tokenizer's chat template."""
_OTHER_FORMATTING = frozenset(
    ("setup_chat_format", "clone_chat_template", "get_chat_template", "formatting_func", "dataset_text_field", "chat_template_path",
     "chat_template", "map", "rename_column")
)  # fmt: skip
"""Calls, keywords and attributes that bring a template or turn messages into text."""


def read_training(nodes: Iterable[ast.AST]) -> dict[str, Any]:
    """The fields of a use that describe the training of a module; empty if it creates no trainer."""
    nodes = list(nodes)
    calls = {target_name(node.func): node for node in nodes if isinstance(node, ast.Call)}
    method = next((method for name, method in _TRAINERS.items() if name in calls), None)
    if method is None:
        return {}
    keywords = {keyword.arg: keyword.value for node in calls.values() for keyword in node.keywords}
    templates = calls.get("get_chat_template")
    named = next((one.value for one in templates.keywords if one.arg == "chat_template"), None) if templates else None
    fields: dict[str, Any] = {"method": method}
    if "LoraConfig" in calls or "get_peft_model" in calls:
        fields["adapter"] = "lora"
        listed = (element for name in _WHOLE for element in ast.walk(keywords.get(name) or ast.Pass()))
        fields["trained"] = tuple(one.value for one in listed if isinstance(one, ast.Constant) and isinstance(one.value, str))
    if isinstance(named, ast.Constant) and isinstance(named.value, str):
        fields["template"] = named.value
    elif "setup_chat_format" in calls:
        fields["template"] = "chatml"
    elif method == "sft" and _formats_with_the_tokenizer(nodes):
        fields["template"] = "tokenizer"
    if any(map(_pads_with_eos, nodes)):
        fields["pad_token"] = "eos_token"  # noqa: S105 - a token of a tokenizer
    return fields


def trained_models(nodes: Iterable[ast.AST], values: Values) -> set[str]:
    """The models that the trainers of a module get, by name or as what a call loaded."""
    nodes = list(nodes)
    made = dict(assigned_calls(nodes))
    found = set[str]()
    for node in nodes:
        if isinstance(node, ast.Call) and (target_name(node.func) or "").endswith("Trainer"):
            given = next((one.value for one in node.keywords if one.arg == "model"), node.args[0] if node.args else None)
            call = made.get(target_name(given) or "") if given is not None else None
            found |= {word.text for word in values.of(call.args[0] if call is not None and call.args else given)}
    return found


def padded_once(uses: Sequence[ModelUse], trained: Collection[str]) -> Iterator[ModelUse]:
    """The uses of a module, of which one knows how the run pads: the first of the model that it trains."""
    tuned = {use.model for use in uses if use.pad_token}
    padded = tuned & set(trained) or (tuned if len(tuned) == 1 else set())
    for use in uses:
        yield use if use.model in padded or not use.pad_token else replace(use, pad_token=None)
        padded = padded if use.model not in padded or not use.pad_token else set()


def _formats_with_the_tokenizer(nodes: Iterable[ast.AST]) -> bool:
    """Whether a module trains on messages and leaves their format to the chat template of the model's own tokenizer."""
    data, tokenizers, models = False, set[str](), set[str]()
    for node in nodes:
        if isinstance(node, ast.Attribute) and node.attr in _OTHER_FORMATTING:
            return False
        if not isinstance(node, ast.Call):
            continue
        name, given = target_name(node.func), {keyword.arg: keyword.value for keyword in node.keywords}
        if name in _OTHER_FORMATTING or not _OTHER_FORMATTING.isdisjoint(given):
            return False
        first = node.args[0] if node.args else None
        if name == "load_dataset" and isinstance(first, ast.Constant) and first.value in _CONVERSATIONS:
            data = True
        elif name == "from_pretrained" and first is not None:
            (tokenizers if "Tokenizer" in ast.unparse(node.func) else models).add(ast.unparse(first))
        elif name == "SFTTrainer":
            models |= {ast.unparse(one) for one in (given.get("model") or first,) if one is not None}
    return data and tokenizers <= models


def _pads_with_eos(node: ast.AST) -> bool:
    """``tokenizer.pad_token = tokenizer.eos_token``, or the same with ids."""
    if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Attribute) or len(node.targets) != 1:
        return False
    return (target_name(node.targets[0]), node.value.attr) in (("pad_token", "eos_token"), ("pad_token_id", "eos_token_id"))


def target_name(node: ast.expr) -> str | None:
    """The name that is assigned to or used: ``tok`` for ``tok`` and ``self.tok``."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else None


def assigned_calls(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.Call]]:
    """Names with the calls whose results they get."""
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            for target in node.targets:
                name = target_name(target)
                if name:
                    yield name, node.value


def templated_models(nodes: Sequence[ast.AST], made: Iterable[tuple[str, ast.Call]], values: Values) -> set[str]:
    """The models whose tokenizers format conversations: those that get the name on which that is called, or the only one loaded.

    ``made`` are the names with the calls whose results they get.
    """
    names = _formatters(nodes)
    loaded = [call for name, call in made if name in names and call.args]
    if names and not loaded:  # it goes by another name where it is used: an attribute, an argument, a function's result
        calls = (node for node in nodes if isinstance(node, ast.Call) and target_name(node.func) == "from_pretrained" and node.args)
        every = {word.text for call in calls for word in values.of(call.args[0])}
        return every if len(every) == 1 else set()
    return {word.text for call in loaded if (word := values.first(call.args[0]))}


def _formatters(nodes: Sequence[ast.AST]) -> set[str]:
    """The names on which ``apply_chat_template`` is called, unless a condition says for which models."""
    called = {
        id(node): target_name(node.func.value) or ""
        for node in nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "apply_chat_template"
    }
    for node in nodes if called else ():
        if isinstance(node, (ast.If, ast.IfExp)) and _OF_TEMPLATES.search(ast.unparse(node.test)):
            for one in ast.walk(node):
                called.pop(id(one), None)
    return set(called.values())


def receive_conversations(nodes: Iterable[ast.AST]) -> set[str]:
    """The names that are called with a conversation: a list of dictionaries with a role, or the name of one."""
    nodes = list(nodes)
    conversations = {
        name
        for node in nodes
        if isinstance(node, ast.Assign) and _is_conversation(node.value)
        for name in map(target_name, node.targets)
        if name
    }
    return {
        target_name(node.func) or ""
        for node in nodes
        if isinstance(node, ast.Call) and node.args
        if _is_conversation(node.args[0]) or target_name(node.args[0]) in conversations
    }


def requests_chats(text: str) -> bool:
    """Whether a program sends conversations to a chat server. Embeddings and the checks of a server's own code have some, too."""
    if "messages" not in text:
        return False
    return any(one in text for one in _CHAT_ROUTES) or ("post(" in text and not any(one in text for one in _OTHER_ROUTES))


def asked_with_messages(nodes: Iterable[ast.AST], values: Values) -> set[str]:
    """The models of requests: dictionaries with a model and messages."""
    found = set[str]()
    for node in nodes:
        if isinstance(node, ast.Dict):
            given = {one.value: value for one, value in zip(node.keys, node.values, strict=True) if isinstance(one, ast.Constant)}
            found |= {word.text for word in values.of(given["model"])} if {"model", "messages"} <= given.keys() else set()
    return found


def engine_keywords(node: ast.Call) -> tuple[str, ...]:
    """The keyword arguments and keys in a call that only a server of chats has: ``engine_kwargs={"tool_call_parser": …}``."""
    names = [one.arg for one in ast.walk(node) if isinstance(one, ast.keyword) and one.arg and not _is_off(one.value)]
    for one in ast.walk(node):
        if isinstance(one, ast.Dict):
            pairs = zip(one.keys, one.values, strict=True)
            names += [str(key.value) for key, value in pairs if isinstance(key, ast.Constant) and not _is_off(value)]
    return tuple(dict.fromkeys(name for name in names if name in ENGINE_KEYWORDS))


def _is_off(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in (None, False, "")


def data_keywords(nodes: Iterable[ast.AST]) -> set[int]:
    """The keywords, by ``id``, of calls that are about data sets or Spaces of the Hub: ``repo_type="dataset"``."""
    return {id(keyword) for node in nodes if isinstance(node, ast.Call) and _is_of_data(node) for keyword in node.keywords}


def data_sets(nodes: Iterable[ast.AST], values: Values) -> set[str]:
    """The ids that such calls, and ``load_dataset``, get: a name that holds one is no model's."""
    found = set[str]()
    for node in nodes:
        if isinstance(node, ast.Call) and (target_name(node.func) == "load_dataset" or _is_of_data(node)):
            given = [*node.args[:1], *(one.value for one in node.keywords if one.arg in ("repo_id", "path"))]
            found |= {word.text for value in given for word in values.of(value)}
    return found


def _is_of_data(node: ast.Call) -> bool:
    return any(
        one.arg == "repo_type" and isinstance(one.value, ast.Constant) and one.value.value not in (None, "model")
        for one in node.keywords
    )


def _is_conversation(node: ast.expr) -> bool:
    turns = node.elts if isinstance(node, ast.List) else []
    return bool(turns) and all(
        isinstance(turn, ast.Dict) and any(isinstance(key, ast.Constant) and key.value == "role" for key in turn.keys)
        for turn in turns
    )
