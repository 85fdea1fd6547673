"""Python, read as a syntax tree and never run: models in calls, constants and defaults, and servers that it starts."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import replace

from modelcheck.documents import TextFile
from modelcheck.documents.located import Lines, Located
from modelcheck.facts.model_use import ModelUse, Purpose
from modelcheck.findings import Span
from modelcheck.patterns import lazy
from modelcheck.readers.launch.build import make_use
from modelcheck.readers.launch.chat_cues import CHAT_FLAGS
from modelcheck.readers.launch.engines import TGI, VLLM
from modelcheck.readers.launch.launches import find_launches, read_arguments
from modelcheck.readers.launch.model_variables import named_models
from modelcheck.readers.launch.python_cues import assigned_calls, formatters, read_training, receive_conversations
from modelcheck.readers.launch.references import HUB_ID
from modelcheck.readers.launch.uses import uses_of_launch
from modelcheck.registry import reader

PYTHON_MENTIONS = (
    "from_pretrained", "vllm", "hf_model_id", "chat.completions", "model_id", "model_name", "model_source", "sentencetransformer",
    "pipeline(", "sglang", "hf_repo", "repo_id", "base_model", "--model=", "--model-id=",
)  # fmt: skip
_LONGEST = 2**20
_NAME = lazy(r"(\w*_)?(base_?)?(model|checkpoint)(_?(id|name|path|repo|source|name_or_path|repo_id|url))?(_\w)?", re.IGNORECASE)
_NOT_A_MODEL = lazy(r"data|output|hub_model|served|tokenizer|push|save|cache|image|dir$", re.IGNORECASE)
_SIZED = lazy(r"(?i)(^|[-_])\d+(\.\d+)?[bm]([-_.]|$)")
_OF_TRAINING = frozenset(("backward", "AdamW", "LoraConfig", "get_peft_model", "SFTConfig", "clip_grad_norm_"))
_FIRST = frozenset((
    "from_pretrained", "SentenceTransformer", "CrossEncoder", "LLM", "AsyncEngineArgs", "EngineArgs", "from_model_id", "Engine",
    "snapshot_download",
))  # fmt: skip
_LOADERS: dict[str, Purpose] = {
    "SentenceTransformer": "embedding", "CrossEncoder": "rerank", "AutoModelForSequenceClassification": "reward",
    "VLLMOpenAI": "completion", "ChatOpenAI": "chat", "ChatHuggingFace": "chat", "HuggingFaceEmbeddings": "embedding",
}  # fmt: skip


@reader(files=("*.py",), mentions=PYTHON_MENTIONS)
def python_code(file: TextFile) -> Iterator[ModelUse]:
    """Constants, arguments and defaults that are named after a model, calls that load one, and lists that are command lines."""
    if len(file.text) > _LONGEST:
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes in the scanned file
            tree = ast.parse(file.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    yield from _Module(file, tree).uses()


class _Module:
    """One file. ``constants`` maps names to strings; ``trains`` is the method of the trainer that the file creates."""

    def __init__(self, file: TextFile, tree: ast.Module) -> None:
        self.file = file
        self.lines = Lines(file.path, file.text)
        self.text = re.split(r"\r\n|\r|\n", file.text)
        self.nodes = list(ast.walk(tree))
        self.constants: dict[str, Located] = {}
        for node in self.nodes:
            for name, value in _bindings(node):
                word = self._word(value)
                if word is not None:
                    self.constants.setdefault(name, word)
        calls = {_called(node) for node in self.nodes if isinstance(node, ast.Call)}
        self.training = read_training(self.nodes)
        self.trains = self.training.get("method")
        # A server's arguments are often assembled in pieces: if the file starts a server, its chat flags are that server's.
        self.cues: tuple[str, ...] = ()
        made = list(assigned_calls(self.nodes))
        formatting, conversing = formatters(self.nodes), receive_conversations(self.nodes)
        tokenizers = (self._value(call.args[0]) for name, call in made if name in formatting and call.args)
        # A hand-written training loop formats its data with the template as well.
        training = self.trains or any(name in _OF_TRAINING or name.endswith(("Trainer", "TrainingArguments")) for name in calls)
        self.templated = {word.text for word in tokenizers if word and not training}
        self.conversing = [call for name, call in made if name in conversing]
        self.chats = any(name in calls for name in ("OpenAIServingChat", "chat", "chat_completion"))

    def uses(self) -> Iterator[ModelUse]:
        found: list[ModelUse] = []
        for node in self.nodes:
            if isinstance(node, (ast.List, ast.Tuple)):
                found += self._command(node.elts)
        if self.cues and len(found) == 1 and found[0].purpose == "unknown":
            found = [replace(found[0], purpose="chat", because=self.cues)]  # its flags are added later in the file
        self.cues = next((use.because for use in found if use.purpose == "chat"), self.cues)
        found = [self._downloaded(use) for use in found if use.model]
        for node in self.nodes:
            found += self._call(node) if isinstance(node, ast.Call) else []
            found += self._environment(node) if isinstance(node, ast.Dict) else []
        for node in self.nodes:
            for name, value in _bindings(node):
                word = self._word(value)
                if word is not None and self._is_model(name, word.text, node):
                    purpose: Purpose = "finetune" if self.trains else "chat" if self.chats or self.cues else "unknown"
                    found.append(make_use(word, "python", name, purpose, self.cues, **self.training))
        seen = set[tuple[int | None, int | None]]()
        for use in found:
            place = (use.at.line, use.at.column)
            if place not in seen:
                seen.add(place)
                yield use

    def _downloaded(self, use: ModelUse) -> ModelUse:
        """A local folder resolves to the Hub id that this file downloads into it."""
        folder, slash, last = use.model.rpartition("/")
        if not (slash and folder.startswith("/")):
            return use
        of_hub = (word for word in self.constants.values() if HUB_ID.fullmatch(word.text) and word.text.endswith(f"/{last}"))
        word = next(of_hub, None)
        return replace(use, model=word.text, target=word.text, name_only=None, at=word.at) if word else use

    def _is_model(self, name: str, text: str, node: ast.AST) -> bool:
        if not HUB_ID.fullmatch(text) or _NOT_A_MODEL.search(name):
            return False
        constant = isinstance(node, (ast.Assign, ast.AnnAssign)) and name.isupper()
        return bool(_NAME.fullmatch(name)) or (constant and bool(_SIZED.search(text)))

    def _word(self, node: ast.expr | None) -> Located | None:
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value):
            return None
        # Columns count in bytes of UTF-8, and the text begins after the quotation mark.
        line = self.text[node.lineno - 1] if node.lineno <= len(self.text) else ""
        column = len(line.encode()[: node.col_offset].decode(errors="ignore")) + 2
        end = node.end_lineno == node.lineno
        return Located(
            node.value,
            Span(self.file.path, node.lineno, column, node.lineno if end else None, column + len(node.value) if end else None),
        )

    def _value(self, node: ast.expr | None) -> Located | None:
        """A string, or the constant that a name stands for."""
        if isinstance(node, ast.Name):
            return self.constants.get(node.id)
        if isinstance(node, ast.Attribute):
            return self.constants.get(node.attr)
        return self._word(node)

    def _command(self, elements: list[ast.expr]) -> list[ModelUse]:
        words = [
            self._value(element) or Located("", Span(self.file.path, getattr(element, "lineno", None))) for element in elements
        ]
        if words and words[0].text.startswith("--") and any(word.text.startswith(("--model=", "--model-id=")) for word in words):
            engine = VLLM if any(word.text.startswith("--model=") for word in words) else TGI  # a container's arguments
            return list(uses_of_launch(read_arguments(engine, words), {}, "python"))
        if len(words) < 2 or not any(word.text in ("vllm", "-m", "serve") or "vllm" in word.text for word in words[:4]):
            return []
        launches = list(find_launches(None, words, self.lines, entrypoint=True))
        if launches:
            flags = (node.value for node in self.nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
            self.cues = self.cues or tuple(dict.fromkeys(flag for flag in flags if flag in CHAT_FLAGS))
        return [use for launch in launches for use in uses_of_launch(launch, {}, "python")]

    def _environment(self, node: ast.Dict) -> list[ModelUse]:
        """A dictionary of a container's variables."""
        pairs = ((_variable(key), self._value(value)) for key, value in zip(node.keys, node.values, strict=True))
        return list(named_models({name: word for name, word in pairs if name and word}, "python"))

    def _call(self, node: ast.Call) -> list[ModelUse]:
        name, path = _called(node), _path(node.func)
        keywords = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
        chat = path.endswith("chat.completions.create")
        value = next(
            (
                keywords[key]
                for key in ("model_source", "model", "model_name", "model_id", "repo_id", "pretrained_model_name_or_path")
                if key in keywords
            ),
            None,
        )
        if value is None and name in _FIRST and node.args:
            value = node.args[0]
        word = self._value(value)
        if word is None:
            return []
        loader = path.split(".")[-2] if name == "from_pretrained" and "." in path else name
        if "Tokenizer" in loader or "Processor" in loader or name in ("load_dataset", "push_to_hub"):
            return []
        known = chat or name in _FIRST or name in _LOADERS or name in ("pipeline", "LLMConfig", "dict", "InferenceClient")
        if not HUB_ID.fullmatch(word.text) and not (
            name == "pipeline" and "model" in keywords and re.fullmatch(r"[\w.-]+", word.text)
        ):
            return []
        if not known:
            return []
        purpose, because = self._purpose(node, name, loader, word.text, chat=chat)
        revision = self._value(keywords.get("revision"))
        return [
            make_use(
                word,
                "python",
                loader or name,
                purpose,
                because,
                revision=revision.text if revision else None,
                **(self.training if purpose == "finetune" else {}),
            )
        ]

    def _purpose(self, node: ast.Call, name: str, loader: str, model: str, *, chat: bool) -> tuple[Purpose, tuple[str, ...]]:
        if chat:
            return "chat", ("chat.completions.create",)
        if loader in _LOADERS or name in _LOADERS:
            return _LOADERS.get(loader) or _LOADERS[name], (loader or name,)
        if name == "pipeline":
            if node in self.conversing:
                return "chat", ("a conversation is passed to its pipeline",)
            task = self._value(node.args[0]) if node.args else None
            return ("completion", (f"pipeline({task.text!r})",)) if task and task.text == "text-generation" else ("unknown", ())
        if self.trains and (name == "from_pretrained"):
            return "finetune", (f"it trains ({self.trains})",)
        if self.cues:
            return "chat", self.cues
        if loader.startswith("AutoModelFor") and model in self.templated:
            return "chat", ("apply_chat_template of its tokenizer",)
        return ("chat", ("it calls .chat",)) if self.chats else ("unknown", ())


def _variable(key: ast.expr | None) -> str | None:
    named = isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value.isupper()
    return key.value if named else None  # type: ignore[union-attr] # it is a string there


def _bindings(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Names with their values: assignments, arguments, defaults and keys of dictionaries."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, (ast.Name, ast.Attribute)):
                yield target.id if isinstance(target, ast.Name) else target.attr, node.value
    elif isinstance(node, ast.AnnAssign) and node.value is not None and isinstance(node.target, ast.Name):
        yield node.target.id, node.value
    elif isinstance(node, ast.arguments):
        given = [*node.posonlyargs, *node.args]
        pairs = [
            *zip(given[len(given) - len(node.defaults) :], node.defaults, strict=True),
            *zip(node.kwonlyargs, node.kw_defaults, strict=True),
        ]
        yield from ((argument.arg, default) for argument, default in pairs if default is not None)
    elif isinstance(node, ast.keyword) and node.arg:
        yield node.arg, node.value
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, value


def _called(node: ast.Call) -> str:
    return _path(node.func).rpartition(".")[2]


def _path(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        parts.append(node.id)
    elif isinstance(node, ast.Call):
        parts.append(_path(node.func))
    return ".".join(reversed(parts))
