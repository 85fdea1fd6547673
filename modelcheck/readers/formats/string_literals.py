"""Programs in other languages (Go, TypeScript, Nix …), by their string literals: beside a name, in a list, and as a command.

They are not parsed: a literal counts if it stands beside a name that is a model's and looks like one, if a list of literals is the
arguments of an engine, or if it is itself a command that starts one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import PurePosixPath

from modelcheck.declarations import reader
from modelcheck.documents import TextFile
from modelcheck.documents.located import Lines, Located, Setting
from modelcheck.errors import Exceeded
from modelcheck.facts.model_use import ModelUse
from modelcheck.patterns import lazy
from modelcheck.readers.launch.containers import Container, uses_of_container
from modelcheck.readers.launch.engines import engine_of_image
from modelcheck.readers.launch.mentions import may_start
from modelcheck.readers.launch.references import is_of_provider
from modelcheck.readers.launch.scripts import Script
from modelcheck.readers.launch.settings import uses_of_settings
from modelcheck.records import replace

_LONGEST = 2**19
_LONGEST_LINE = 5_000
_MOST = 2_000
_TEXT = r"(?P<quote>[\"'`])(?P<text>[^\"'`\n\\]{1,400})(?P=quote)"
_SIGN = r"(?::[ \t]*(?:[\w.<>\[\]| ]{1,40}[ \t]*=)?|:?=|=>|<-|[ \t]+string[ \t]*=)"
_OTHERWISE = r"(?:[\w$.()\[\]\"']{1,80}[ \t]*(?:\?\?|\|\||\?:)[ \t]*)?"
"""What a literal is the default of: ``process.env.MODEL ??``."""
_NAMED = lazy(rf"(?<![\w$.-])(?P<name>[A-Za-z_$][\w$.-]{{0,80}})[\"']?\]?[ \t]*{_SIGN}[ \t]*(?:\[[ \t]*)?{_OTHERWISE}{_TEXT}")
_DEFAULT = lazy(rf"\([ \t]*[\"'](?P<name>[A-Za-z][\w.-]{{2,80}})[\"'],[ \t]*{_TEXT}")
"""A default of a variable or an option: ``getenv("MODEL", "org/name")``, ``flag.String("model", "org/name", …)``."""
_OF_CLAP = lazy(rf"\bdefault_value(?:_t)?[ \t]*=[ \t]*{_TEXT}[^\n{{}}]{{0,200}}\][ \t\n]*(?:pub[ \t]+)?(?P<name>\w{{2,80}})[ \t]*:")
_OF_SPRING = lazy(r"[\"']\$\{(?P<name>[\w.-]{2,80}):(?P<text>[^{}\"'\n]{2,200})\}[\"']")
_OF_BUILDER = lazy(rf"(?<![\w$])(?:[sS]et|[wW]ith)?_?(?P<name>[mM]odel(?:_?(?:[nN]ame|[iI]d|ID))?)\([ \t]*{_TEXT}")
"""A method of a builder: ``.modelName("org/name")``, ``WithModel("org/name")``."""
_BESIDE_A_NAME = (_NAMED, _DEFAULT, _OF_CLAP, _OF_SPRING, _OF_BUILDER)
_BLOCK = lazy(r"(?s)(?P<quote>\"\"\"|'''|`)(?P<text>(?:(?!(?P=quote)).){1,20000})(?P=quote)")
_BLOCK_OF_NIX = lazy(r"(?s)(?<!')''(?!')(?P<text>(?:(?!'').){1,20000})''")
"""A literal of several lines."""
_LIST = lazy(r"[\[{(][ \t\r\n]*(?=[\"'`])(?P<inside>(?:[\"'`][^\"'`\n\\]{0,400}[\"'`][ \t\r\n,]*){1,200})[\])}]")
_LITERAL = lazy(_TEXT)
_CHATS = lazy(r"\.chat\.completions|[cC]hatCompletion|ChatOpenAI|OpenAiChat|/chat/completions")
_SERVER = lazy(r"\bimage\b[\"']?[ \t]*[:=]+[ \t]*[\"'`](?P<image>[\w./:@-]{3,300})[\"'`]")


@reader(
    files=(
        "*.go", "*.ts", "*.tsx", "*.mts", "*.js", "*.jsx", "*.mjs", "*.cjs", "*.nix", "*.rs", "*.java", "*.kt", "*.kts", "*.scala",
        "*.cs", "*.fs", "*.rb", "*.php", "*.swift", "*.dart", "*.lua", "*.jl", "*.ex", "*.exs", "*.groovy", "*.gradle", "*.jsonnet",
        "*.libsonnet", "*.cue", "*.dhall", "*.star", "*.bzl", "*.r", "*.pkl", "*.bicep", "jenkinsfile", "jenkinsfile.*", "tiltfile",
    ),
    mentions=("model", "checkpoint", "vllm", "sglang", "llama", "text-generation"),
)  # fmt: skip
def string_literals(file: TextFile) -> Iterator[ModelUse]:
    """Literals beside names of models, and commands of engines in lists and in literals."""
    if len(file.text) > _LONGEST or max(map(len, file.text.split("\n"))) > _LONGEST_LINE:  # a bundle that a program made
        raise Exceeded("is made by a program: its lines are too long, or too many")
    lines, language = Lines(file.path, file.text), PurePosixPath(file.path).suffix.lstrip(".")
    yield from _lists(lines, language)
    above = ("ollama",) if "ollama" in file.text.lower() else ()
    named = [found for pattern in _BESIDE_A_NAME for found in islice(pattern.finditer(file.text), _MOST)]
    settings = [Setting((*above, found["name"].rpartition(".")[2]), lines.group(found, "text")) for found in named]
    yield from _commands(lines, language, {one.keys[-1]: one.value for one in settings})
    uses = list(uses_of_settings(settings, language))
    hosted = any(is_of_provider(found["text"]) for found in islice(_LITERAL.finditer(file.text), _MOST))
    asks = _CHATS.search(file.text) if len({use.model for use in uses}) == 1 and not hosted else None
    yield from (replace(use, purpose="chat", because=(f"it calls {asks.group()}",)) if asks else use for use in uses)


def _lists(lines: Lines, language: str) -> Iterator[ModelUse]:
    """Lists of literals that are a command line, with the image that is named nearest before or after."""
    if "--" not in lines.text and " -m" not in lines.text:
        return
    images = [(found.start(), lines.group(found, "image")) for found in islice(_SERVER.finditer(lines.text), _MOST)]
    for found in islice(_LIST.finditer(lines.text), _MOST):
        if "-" not in found["inside"]:
            continue
        argv = [lines.group(one, "text", found.start("inside")) for one in _LITERAL.finditer(found["inside"])]
        near = min(images, key=lambda pair: abs(pair[0] - found.start()), default=None)
        image = near[1] if near and abs(near[0] - found.start()) < 1_000 and engine_of_image(near[1].text) else None
        yield from uses_of_container(Container(argv, image, complete=False), language, lines)


def _commands(lines: Lines, language: str, variables: Mapping[str, Located]) -> Iterator[ModelUse]:
    """Literals that are commands or scripts: those with a blank that name a server or a trainer."""
    pattern = _BLOCK_OF_NIX if language == "nix" else _BLOCK
    blocks = (found for found in islice(pattern.finditer(lines.text), _MOST) if "\n" in found["text"])
    for found in (*blocks, *islice(_LITERAL.finditer(lines.text), _MOST)):
        if " " in found["text"] and may_start(found["text"]):
            yield from Script(lines, language, variables).uses(found.start("text"), found.end("text"))
