"""YAML of every other kind: Helm values, workflows, launchers' files, a project's own schema.

A file is read by its contents: a command line that starts a server, a script in a block of text, a key that can only hold a
model. Chat cues are taken from the mapping that names the model and from nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from modelcheck.declarations import reader
from modelcheck.documents.located import Lines, Located, located, place_in
from modelcheck.documents.yamlfile import Node, YamlFile
from modelcheck.facts.model_use import ModelUse, Purpose
from modelcheck.patterns import lazy
from modelcheck.readers.assembly.merging import inner_documents
from modelcheck.readers.formats.localai import model_config
from modelcheck.readers.launch.argv import argv_of
from modelcheck.readers.launch.assignments import environment_of
from modelcheck.readers.launch.build import make_use, scalar_at, text_at
from modelcheck.readers.launch.chat_cues import chat_arguments, chat_keys, document_cues, featured_purpose
from modelcheck.readers.launch.containers import Container, launches_of_container
from modelcheck.readers.launch.engine_config import read_engine_config
from modelcheck.readers.launch.engines import SGLANG, VLLM
from modelcheck.readers.launch.launches import read_arguments
from modelcheck.readers.launch.mentions import COMMAND_MENTIONS, may_start
from modelcheck.readers.launch.model_variables import named_models
from modelcheck.readers.launch.references import is_hub_id
from modelcheck.readers.launch.uses import uses_of_launch
from modelcheck.readers.launch.variables import resolve
from modelcheck.records import replace

if TYPE_CHECKING:
    from modelcheck.readers.launch.nearby_cues import Surroundings

_KEYS = lazy(
    r"model_?id|modelURL|model_?url|model_?path|modelUri|hf_?repo|hf_?model(_?id)?|hugging_?face_?(name|repo(_id)?|id|model(_id)?)|"
    r"huggingface_repo_id|repo_id|model_name_or_path|pretrained_model_name_or_path|model_source|hf_model_name|checkpoint_repository",
    re.IGNORECASE,
)
_ENGINES = lazy(r"vllm|tgi|text-generation|sglang|tei|llama-?cpp|llama\.cpp|lmdeploy|infinity|servingEngine", re.IGNORECASE)
_EMBEDDING = lazy(r"embed|^tei$|infinity", re.IGNORECASE)
_RERANK = lazy(r"rerank", re.IGNORECASE)
_CONTAINERS = ("containers", "initContainers")  # the reader of manifests resolves their variables
_KNOWN = ("model_list", "merge_method")  # documents of other readers, as are those with a mapping of services
_ARGUMENTS = ("args", "extraArgs", "vllmConfig", "backend_parameters")
_URI_KEYS = ("url", "uri", "source")
_URI = lazy(r"hf://[\w.-]+/[\w.-]+([@:][\w.-]+)?")
_NAMED_ELSEWHERE = lazy(r"azureml://registries/[\w.-]+/models/.*|nvcr\.io/nim/.*")
_MAPPING = lazy(r"(?:[ \t]*#[^\n]*\n|[ \t]*\n|---[ \t]*\n)*[ \t]*(?:- )?[\w.-]+:(?:[ \t]*[\w\[{\"'|>][^\n]*)?\n")
"""How a text begins that is YAML, and no script."""
_YAML_IN_TEXT = ("values", "config_file", "helm_values")
_ENVIRONMENTS = ("envs", "env", "environment", "environment_variables", "variables", "containerEnv", "remoteEnv")
_MAX_DEPTH = 24
_RUN = "\0"
"""The path of a script that is in no file."""
_VALUE = lazy(r"\{\{-?\s*\.Values\.(?P<path>[\w.]+)\s*(\|[^{}]*)?-?\}\}")
_MENTIONS = (*COMMAND_MENTIONS, "model", "hf_repo", "huggingface")


@reader(files=("*.yml", "*.yaml"), mentions=_MENTIONS)
def values(file: YamlFile) -> Iterator[ModelUse]:
    """Commands, scripts and model keys at any depth; formats with a reader of their own are left to it."""
    lines = Lines.of(file)
    for document in file.documents:
        kind = text_at(document, "kind")
        # A ConfigMap in a file with workloads is read with them; alone, other files take their model from it.
        elsewhere = kind == "CustomResourceDefinition" or (kind == "ConfigMap" and len(file.documents) > 1)
        services = document.get("services")
        known = any(document.get(key) is not None for key in _KNOWN) or (services is not None and services.elements is None)
        if not elsewhere and not known:
            yield from Walk(lines, document).uses()


class Walk:
    """One document. ``environment`` holds the variables where the walk is, ``chat`` the chat cues that apply to all of it."""

    def __init__(self, lines: Lines, document: Node) -> None:
        self.lines = lines
        self.document = document
        self._manifest = document.get("apiVersion") is not None
        self.environment = self._variables(document)
        self.chat = tuple(document_cues(document))
        self._seen: set[int] = set()
        self._named: dict[int, Node] = {}

    def uses(self) -> Iterator[ModelUse]:
        """Every use in the document; one of unknown purpose with the chat cues of the part that names no other model."""
        found = list(self._node(self.document, (), 0))
        named = [self._named.get(id(use)) for use in found]
        around = None
        for use, node in zip(found, named, strict=True):
            if node is not None and use.purpose == "unknown":
                from modelcheck.readers.launch.nearby_cues import Surroundings

                around = around or Surroundings(self.document)
                cues = around.cues(node, list(self._others(use, zip(found, named, strict=True), around)))
                yield replace(use, purpose="chat", because=cues) if cues else use
            else:
                yield use

    @staticmethod
    def _others(use: ModelUse, found: Iterable[tuple[ModelUse, Node | None]], around: Surroundings) -> Iterator[Node]:
        """The nodes of the uses of other models."""
        for other, node in found:
            known = node or around.scalar_at(other.at) if other.model != use.model else None
            if known is not None:
                yield known

    def _node(self, node: Node, path: tuple[str, ...], depth: int) -> Iterator[ModelUse]:
        if depth > _MAX_DEPTH or id(node) in self._seen:
            return
        self._seen.add(id(node))
        around, own = self.environment, self._variables(node)
        if own:  # those of a job or a step hold for what is in it
            self.environment = {**around, **own}
        yield from self._of_node(node, path, depth)
        self.environment = around

    def _variables(self, node: Node) -> dict[str, Located]:
        found: dict[str, Located] = {}
        for key in _ENVIRONMENTS if node.children is not None else ():
            found |= environment_of(node.get(key), self.lines)
        return found

    def _of_node(self, node: Node, path: tuple[str, ...], depth: int) -> Iterator[ModelUse]:
        if node.children is not None:
            yield from self._mapping(node, path)
        for key, child in node.items():
            if child.text is not None:
                yield from self._text(child, key)
            elif key not in _CONTAINERS or not self._manifest:
                yield from self._node(child, (*path, key), depth + 1)
        if path[-1:] and path[-1] in _ENVIRONMENTS:
            yield from named_models(self._resolved(environment_of(node, self.lines)), "values")
        pairs = {text_at(pair, "name") or text_at(pair, "key") or "": scalar_at(pair, "value") for pair in node}
        yield from named_models(self._resolved({name: word for name, word in pairs.items() if name and word}), "values")
        for child in node:
            if child.text is not None:
                yield from self._text(child, path[-1] if path else "")
            else:
                yield from self._node(child, path, depth + 1)

    def _mapping(self, node: Node, path: tuple[str, ...]) -> Iterator[ModelUse]:
        found = list(self._launched(node, path)) or list(read_engine_config(node, self.environment))
        yield from found
        if found:
            return
        for key, child in node.items():
            value = scalar_at(child)
            if value is not None and self._is_model(key, value, node, path):
                use = self._use(value, key, node, path)
                self._named[id(use)] = child
                yield use
        variables = {key: located(child) for key, child in node.items() if child.text and key.upper() == key}
        yield from named_models(self._resolved(variables), "values")
        name, value = text_at(node, "name") or text_at(node, "key"), scalar_at(node, "value")
        if name and value is not None and is_hub_id(value.text) and ("model." in name or _KEYS.fullmatch(name)):
            yield make_use(value, "values", name)

    def _resolved(self, variables: Mapping[str, Located]) -> dict[str, Located]:
        return {name: resolve(word, self.environment) for name, word in variables.items()}

    def _launched(self, node: Node, path: tuple[str, ...]) -> Iterator[ModelUse]:
        """A mapping with arguments: a container, or a chart's values for one."""
        program = argv_of(node.get("command"), self.lines) or argv_of(node.get("argv"), self.lines)
        script = node.get("script")  # of PM2
        if not program and script is not None and script.text and " " not in script.text and node.get("args") is not None:
            program = argv_of(script, self.lines)
        argv = [*program, *argv_of(node.get("args"), self.lines), *argv_of(node.get("extraArgs"), self.lines)]
        if not argv:
            return
        image = scalar_at(node, "image", "repository") or scalar_at(node, "image")
        argv = [self._of_chart(argument) for argument in argv]
        if image is None and not program and argv[0].text.startswith("-"):
            # A chart's image is named elsewhere; what its values are called says which engine it is.
            for launch in (read_arguments(engine, argv) for engine in (VLLM, SGLANG) if engine.name in path[-1:]):
                yield from uses_of_launch(launch, self.environment, "values", self.chat)
        # Charts and operators add to the environment, so an engine's default model is not assumed.
        container = Container(argv, image, bool(program), self.environment, complete=False, chat_cues=self.chat)
        for launch in launches_of_container(container, self.lines):
            yield from uses_of_launch(launch, self.environment, "values", self.chat)

    def _of_chart(self, argument: Located) -> Located:
        """``--model={{ .Values.x.model }}`` filled from the same file, with the place of the value."""
        found = _VALUE.search(argument.text)
        value = scalar_at(self.document, *found["path"].split(".")) if found else None
        if found is None or value is None:
            return argument
        return Located(argument.text[: found.start()] + value.text + argument.text[found.end() :], value.at, value.node)

    def _is_model(self, key: str, value: Located, node: Node, path: tuple[str, ...]) -> bool:
        if _NAMED_ELSEWHERE.fullmatch(value.text):
            return key in ("model", "repository")
        if _URI.fullmatch(value.text) and key in _URI_KEYS:
            return True
        if not is_hub_id(value.text):
            return False
        if _KEYS.fullmatch(key):
            return key != "model_id" or node.get("model_source") is None  # Ray's name for what it serves
        if key == "repository":  # an endpoint of the Hub's, not an image
            return path[-1:] == ("model",) and node.get("task") is not None
        if key == "repo" and text_at(node, "source") == "HF":
            return True
        last = path[-1] if path else ""
        engine = text_at(node, "engine") or text_at(node, "backend") or ""
        if key == "model":
            return bool(_ENGINES.search(engine) or any(_ENGINES.search(part) for part in path))
        return key == "name" and last == "model" and node.get("format") is None and value.text.count("/") == 1 and self._is_chart()

    def _is_chart(self) -> bool:
        return self.document.get("image") is not None or self.document.get("replicaCount") is not None

    def _use(self, value: Located, key: str, node: Node, path: tuple[str, ...]) -> ModelUse:
        cues = (*chat_keys(node), *(mark for name in _ARGUMENTS for mark in chat_arguments(node.get(name))))
        if _NAMED_ELSEWHERE.fullmatch(value.text) and key == "repository":
            return make_use(value, "values", "nim", "chat", ("NIM serves chat",))
        place = " ".join((*path[-2:], key))
        purpose: Purpose = (
            "chat" if cues else "rerank" if _RERANK.search(place) else "embedding" if _EMBEDDING.search(place) else "unknown"
        )
        if not cues:
            purpose = featured_purpose(node.get("features")) or purpose
        abilities = {one.text for one in self.document.get("model_ability") or ()}
        if abilities & {"chat", "generate"}:
            purpose, cues = ("chat", ("model_ability: chat",)) if "chat" in abilities else ("completion", ("model_ability",))
        return make_use(value, "values", key, purpose, cues, self.environment, revision=text_at(node, "revision"))

    def _text(self, node: Node, key: str) -> Iterator[ModelUse]:
        """A script in a block of text, or YAML in a string."""
        text = node.text or ""
        lines = None if node.origins else self.lines.file_of(node)
        inner = ":" in text and (key in _YAML_IN_TEXT or (node.style == "|" and _MAPPING.match(text)))
        if inner and lines is not None:
            yield from self._inside(node, lines)
        elif len(text) > 8 and " " in text and may_start(text):
            from modelcheck.documents.shell.sources import of_scalar
            from modelcheck.readers.launch.scripts import Script

            if lines is None:
                yield from self._assembled_script(node)
                return
            script = Script(lines, "script", self.environment, chat=self.chat)
            if node.style in (None, ">"):
                start, end = lines.offset(node.line, node.column), lines.offset(node.end_line, node.end_column)
                first = lines.text.find("\n", start) if node.style else start - 1  # after the line of the sign
                yield from script.uses(first + 1, end, folded=True)
            else:
                yield from script.uses_of(of_scalar(node, text, lines))

    def _assembled_script(self, node: Node) -> Iterator[ModelUse]:
        """A script that is not in the file as it is run: its parts were written elsewhere."""
        from modelcheck.readers.launch.scripts import Script

        lines = Lines(_RUN, node.text or "")
        for use in Script(lines, "script", self.environment, chat=self.chat).uses():
            at, used_at = use.at, use.used_at
            if at.path == _RUN:
                start, end = lines.offset(at.line or 1, at.column or 1), lines.offset(at.end_line or 1, at.end_column or 1)
                placed = place_in(node, start, end)
                at, used_at = placed.at, placed.used_at
            elif used_at is not None and used_at.path == _RUN:
                used_at = node.span
            yield replace(use, at=at, used_at=used_at)

    @staticmethod
    def _inside(node: Node, lines: Lines) -> Iterator[ModelUse]:
        for document in inner_documents(node, lines.text) if node.style in ("|", ">") else ():
            if document.get("parameters", "model") is not None:
                yield from model_config(document)
            elif document.items():
                yield from Walk(lines, document).uses()
