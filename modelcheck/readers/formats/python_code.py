"""Python, read as a syntax tree and never run: models in calls, constants and defaults, and servers that it starts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache

from modelcheck.declarations import reader
from modelcheck.documents import TextFile
from modelcheck.documents.located import Lines, Located
from modelcheck.documents.python_text import UNPARSABLE, nodes_of, parse_python
from modelcheck.documents.text import without_comments
from modelcheck.errors import Exceeded
from modelcheck.facts.model_use import ModelUse, Purpose
from modelcheck.findings import Span
from modelcheck.readers import NeighbourFiles
from modelcheck.readers.launch.build import make_use, ollama_use
from modelcheck.readers.launch.chat_cues import CHAT_FLAGS
from modelcheck.readers.launch.engines import CHAT_ROUTE, TASKS
from modelcheck.readers.launch.launches import find_launches, read_arguments
from modelcheck.readers.launch.likeness import looks_like_model
from modelcheck.readers.launch.model_variables import OLLAMA_TAG
from modelcheck.readers.launch.python_commands import uses_of_command_string
from modelcheck.readers.launch.python_containers import (
    engine_of_arguments,
    engines_of_images,
    uses_of_containers,
    uses_of_variables,
)
from modelcheck.readers.launch.python_cues import (
    ENGINE_KEYWORDS,
    asked_with_messages,
    assigned_calls,
    data_keywords,
    data_sets,
    engine_keywords,
    padded_once,
    read_training,
    receive_conversations,
    requests_chats,
    templated_models,
    trained_models,
)
from modelcheck.readers.launch.python_modules import OtherModules
from modelcheck.readers.launch.python_names import PYTHON_MENTIONS, is_model, is_worth_parsing, may_name_a_model
from modelcheck.readers.launch.python_values import Values, arguments_given, bindings, called, literals, path_of
from modelcheck.readers.launch.references import HUB_ID, PLACEHOLDER, is_hub_id, is_of_provider
from modelcheck.readers.launch.uses import uses_of_launch
from modelcheck.records import replace

_LONGEST = 2**20
_MARKS = ",([{=.+ \n"
_MOST_MARKS = 400_000
"""Characters that separate the parts of a program: its tree takes about a kilobyte for each part."""
_KEYWORDS = ("model_source", "model", "model_name", "model_id", "repo_id", "pretrained_model_name_or_path", "model_path")
_PROGRAM = 4
"""Elements of a list that is a command line among which the program is."""
_LIBRARIES = ("vllm", "transformers", "sglang", "lmdeploy", "modelscope", "huggingface_hub", "llama_cpp", "ray.serve")
"""A method called ``chat`` says something only where one of these is used."""
_CHAT_CALLS = ("OpenAIServingChat", "chat", "chat_completion", "chat_stream", "stream_chat")
_CALLS_CHAT = "it calls .chat"
_TEMPLATED = "apply_chat_template of its tokenizer"
_RUNS = frozenset(("LLM", "AsyncEngineArgs", "EngineArgs", "from_engine_args", "Engine", "generate", "text_generation"))
"""Calls of a program that runs a model: others may only count tokens with its tokenizer, or prepare data."""
_OF_TRAINING = frozenset(("backward", "AdamW", "LoraConfig", "get_peft_model", "SFTConfig", "clip_grad_norm_"))
_FIRST = frozenset((
    "from_pretrained", "SentenceTransformer", "CrossEncoder", "LLM", "AsyncEngineArgs", "EngineArgs", "from_model_id", "Engine",
    "snapshot_download", "InferenceClient", "AsyncInferenceClient",
))  # fmt: skip
_TAKE_A_MODEL = frozenset(("pipeline", "LLMConfig", "dict", "InferenceClient", "create_inference_endpoint"))
_OF_OLLAMA = frozenset(("ChatOllama", "OllamaLLM", "Ollama"))
_LOADERS: dict[str, Purpose] = {
    "SentenceTransformer": "embedding", "CrossEncoder": "rerank", "AutoModelForSequenceClassification": "reward",
    "VLLMOpenAI": "completion", "ChatOpenAI": "chat", "ChatHuggingFace": "chat", "HuggingFaceEmbeddings": "embedding",
}  # fmt: skip


@reader(files=("*.py",), mentions=(*PYTHON_MENTIONS, "model", "checkpoint", "llm", "ckpt"))
def python_code(file: TextFile, neighbours: NeighbourFiles) -> Iterator[ModelUse]:
    """Constants, arguments and defaults that are named after a model, calls that load one, and lists that are command lines."""
    if not is_worth_parsing(file.text):
        return
    text = file.text if len(file.text) <= _LONGEST else without_comments(file.text)
    if len(text) > _LONGEST or sum(map(text.count, _MARKS)) > _MOST_MARKS:
        raise Exceeded(f"is Python of more than {_LONGEST // 2**20} MiB, or of more than {_MOST_MARKS:,} marks")
    try:
        tree = parse_python(text)
    except UNPARSABLE:
        return
    yield from _Module(file, tree, neighbours).uses()


class _Module:
    """One file. ``bindings`` are its names with their values; ``trains`` is the method of the trainer that the file creates."""

    def __init__(self, file: TextFile, tree: ast.Module, neighbours: NeighbourFiles) -> None:
        self.file = file
        self.lines = Lines(file.path, file.text)
        self._word = literals(file)
        self.nodes = nodes_of(tree)
        of_data = data_keywords(self.nodes)
        self.bindings = [(node, name, value) for node in self.nodes if id(node) not in of_data for name, value in bindings(node)]
        self.bindings += arguments_given(self.nodes)
        others = OtherModules(file.path, self.nodes, neighbours)
        self.values = Values(((name, value) for _, name, value in self.bindings), self._word, others.values)
        self.calls = calls = {called(node) for node in self.nodes if isinstance(node, ast.Call)}
        self.training = read_training(self.nodes)
        self.trains = self.training.get("method")
        # A server's arguments are often assembled in pieces: if the file starts a server, its chat flags are that server's.
        self.cues: tuple[str, ...] = ()
        made, conversing = list(assigned_calls(self.nodes)), receive_conversations(self.nodes)
        # A hand-written training loop formats its data with the template as well.
        training = self.trains or any(name in _OF_TRAINING or name.endswith(("Trainer", "TrainingArguments")) for name in calls)
        self.templated = set[str]() if training else templated_models(self.nodes, made, self.values)
        self.conversing = [call for name, call in made if name in conversing]
        texts = [node.value for node in self.nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        self.engines = cache(lambda: engines_of_images(texts))  # of few files: it looks at every text
        self.flags = tuple(dict.fromkeys(text for text in texts if text in CHAT_FLAGS))
        self.chats = any(name in calls for name in _CHAT_CALLS) and any(one in file.text for one in _LIBRARIES)
        self.hosted = any(map(is_of_provider, texts)) and not any(text.startswith("http://") for text in texts)
        if any(CHAT_ROUTE in text and not is_of_provider(text) for text in texts):
            self.cues = (f"it requests {CHAT_ROUTE}",)

    def uses(self) -> Iterator[ModelUse]:
        found: list[ModelUse] = []
        images = "image" in self.file.text or "containers." in self.file.text
        for node in self.nodes:
            if isinstance(node, (ast.List, ast.Tuple)):
                found += self._command(node.elts)
            elif images and isinstance(node, (ast.Call, ast.Dict)):
                found += uses_of_containers(node, self.values, self.lines)
        if self.cues and len(found) == 1 and found[0].purpose == "unknown":
            found = [replace(found[0], purpose="chat", because=self.cues)]  # its flags are added later in the file
        self.cues = next((use.because for use in found if use.purpose == "chat"), self.cues)
        found = [self._downloaded(use) for use in found if use.model]
        found.sort(key=lambda use: use.purpose == "unknown")  # of one value that several servers get, the use that says more
        for node in self.nodes:
            found += self._call(node) if isinstance(node, ast.Call) else []
            found += uses_of_variables(node, self.values) if isinstance(node, ast.Dict) else []
        purpose, because = self._of_module()
        data = data_sets(self.nodes, self.values)
        for node, name, value in self.bindings:
            for word in self.values.of(value) if may_name_a_model(name, node) else ():
                if is_model(name, word.text, node) and word.text not in data:
                    found.append(make_use(word, "python", name, purpose, because, **self.training))
        seen = set[tuple[str, int | None, int | None]]()
        served = self._served()
        found = [
            replace(use, purpose="chat", because=served[use.model]) if use.purpose == "unknown" and use.model in served else use
            for use in found
        ]
        for use in padded_once(self._without_shared_cues(found), trained_models(self.nodes, self.values) if self.trains else ()):
            place = (use.at.path, use.at.line, use.at.column)
            if place not in seen:
                seen.add(place)
                yield use

    def _served(self) -> dict[str, tuple[str, ...]]:
        """The models of chats, with the evidence for each; calls that configure one server have arguments that only a chat has."""
        asked = asked_with_messages(self.nodes, self.values) if not self.hosted and requests_chats(self.file.text) else set[str]()
        found: dict[str, tuple[str, ...]] = dict.fromkeys(asked, ("its request has messages",))
        found |= dict.fromkeys(set[str]() if _RUNS.isdisjoint(self.calls) else self.templated, (_TEMPLATED,))
        for node in self.nodes if any(name in self.file.text for name in ENGINE_KEYWORDS) else ():
            cues = engine_keywords(node) if isinstance(node, ast.Call) else ()
            values = [one.value for one in ast.walk(node) if isinstance(one, ast.keyword)] if cues else []
            models = {word.text for value in values for word in self.values.of(value) if is_hub_id(word.text)}
            if len(models) == 1:
                found.setdefault(models.pop(), cues)
        return found

    def _of_module(self) -> tuple[Purpose, tuple[str, ...]]:
        """The purpose that the whole file suggests for a model of it."""
        if self.trains:
            return "finetune", (f"it trains ({self.trains})",)
        return self._shared_purpose()

    def _shared_purpose(self) -> tuple[Purpose, tuple[str, ...]]:
        """What the chat cues of the whole file suggest."""
        return ("chat", self.cues or (_CALLS_CHAT,)) if self.chats or self.cues else ("unknown", ())

    def _without_shared_cues(self, uses: list[ModelUse]) -> list[ModelUse]:
        """A chat cue of the whole file is evidence only where the file uses one model: of several it may be any."""
        of_file = (self.cues, (_CALLS_CHAT,))
        if len({use.model for use in uses if use.purpose in ("chat", "unknown")}) < 2:
            return uses
        return [
            replace(use, purpose="unknown", because=()) if use.purpose == "chat" and use.because in of_file else use for use in uses
        ]

    def _downloaded(self, use: ModelUse) -> ModelUse:
        """A local folder resolves to the Hub id that this file downloads into it."""
        folder, slash, last = use.model.rpartition("/")
        if not (slash and folder.startswith("/")):
            return use
        first: dict[str, Located] = {}
        for _, name, value in self.bindings:
            constant = self._word(value)
            if constant is not None:
                first.setdefault(name, constant)
        word = next((word for word in first.values() if is_hub_id(word.text) and word.text.endswith(f"/{last}")), None)
        return replace(use, model=word.text, target=word.text, name_only=None, at=word.at) if word else use

    def _command(self, elements: list[ast.expr]) -> list[ModelUse]:
        if not any(isinstance(element, (ast.Constant, ast.JoinedStr)) for element in elements[:_PROGRAM]):
            return []
        words = [self._first(element) for element in elements[:_PROGRAM]]
        options = bool(words) and words[0].text.startswith("--")
        program = len(words) > 1 and any(word.text in ("vllm", "-m", "serve") or "vllm" in word.text for word in words)
        if not (options or program):
            return []
        words += [self._first(element) for element in elements[_PROGRAM:]]
        if options and (engine := engine_of_arguments(words, self.engines())):
            return list(uses_of_launch(read_arguments(engine, words), {}, "python"))
        if not program:
            return []
        launches = list(find_launches(None, words, self.lines, entrypoint=True))
        if launches:
            self.cues = self.cues or self.flags
        return [use for launch in launches for use in uses_of_launch(launch, {}, "python")]

    def _first(self, element: ast.expr) -> Located:
        return self.values.first(element) or Located("", Span(self.file.path, getattr(element, "lineno", None)))

    def _call(self, node: ast.Call) -> list[ModelUse]:
        name, path = called(node), path_of(node.func)
        if started := list(uses_of_command_string(node, self.values)):
            return started
        keywords = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
        if path.startswith("ollama.") or name in _OF_OLLAMA:
            tags = [word for word in self.values.of(keywords.get("model")) if OLLAMA_TAG.fullmatch(word.text)]
            return [ollama_use(tag, "python", "chat" if "chat" in name.lower() else "unknown", (name,)) for tag in tags]
        chat = path.endswith("chat.completions.create")
        if name in ("load_dataset", "push_to_hub") or (chat and self.hosted) or self._is_of_data(keywords):
            return []
        value = next((keywords[key] for key in _KEYWORDS if key in keywords), None)
        if value is None and name in _FIRST and node.args:
            value = node.args[0]
        if name == "create_inference_endpoint":
            value = keywords.get("repository")
        loader = path.split(".")[-2] if name == "from_pretrained" and "." in path else name
        if "Tokenizer" in loader or "Processor" in loader:
            return []
        known = chat or name in _FIRST or name in _LOADERS or name in _TAKE_A_MODEL
        revision = self.values.first(keywords.get("revision"))
        found = []
        for word in self.values.of(value):
            bare = (name == "pipeline" and "model" in keywords) or (chat and word.text.endswith(".gguf"))
            loads = name in _FIRST and HUB_ID.fullmatch(word.text) is not None and not PLACEHOLDER.match(word.text)
            if not (is_hub_id(word.text) or loads or (bare and re.fullmatch(r"[\w.-]+", word.text))):
                continue
            if not known and not looks_like_model(word.text):
                continue
            purpose, because = self._purpose(node, keywords, loader, word.text, chat=chat)
            if not known and purpose == "chat" and "OpenAIServingChat" not in self.calls:
                purpose, because = "unknown", ()  # what the file does elsewhere is not of a call that nobody knows
            fields = self.training if purpose == "finetune" else {}
            fields = {**fields, "revision": revision.text if revision else None}
            found.append(make_use(word, "python", loader or name, purpose, because, likely=not known, **fields))
        return found

    def _is_of_data(self, keywords: Mapping[str, ast.expr]) -> bool:
        return any(kind.text != "model" for kind in self.values.of(keywords.get("repo_type"))[:1])

    def _purpose(
        self, node: ast.Call, keywords: Mapping[str, ast.expr], loader: str, model: str, *, chat: bool
    ) -> tuple[Purpose, tuple[str, ...]]:
        name = called(node)
        if chat:
            return "chat", ("chat.completions.create",)
        serves = next((one.text for key in ("task", "runner") if (one := self.values.first(keywords.get(key)))), None)
        if name != "pipeline" and serves is not None and serves in TASKS:
            return TASKS[serves], (f"task={serves!r}",)
        if loader in _LOADERS or name in _LOADERS:
            return _LOADERS.get(loader) or _LOADERS[name], (loader or name,)
        if name == "pipeline":
            if node in self.conversing:
                return "chat", ("a conversation is passed to its pipeline",)
            task = self.values.first(node.args[0]) if node.args else None
            return ("completion", (f"pipeline({task.text!r})",)) if task and task.text == "text-generation" else ("unknown", ())
        if self.trains and (name == "from_pretrained" or name.endswith("Trainer")):
            return "finetune", (f"it trains ({self.trains})",)
        if (loader.startswith("AutoModelFor") or name in _FIRST) and model in self.templated:
            return "chat", (_TEMPLATED,)
        return self._shared_purpose()
