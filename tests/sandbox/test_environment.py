"""Our environment renders as transformers' own does, and refuses what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
import pytest
from modelcheck.facts.chat_template import variables
from modelcheck.facts.deferred.rendering import _in_parts, _shapes
from modelcheck.sandbox.environment import environment

from conftest import ROOT
from tools.real_models.fetch import folder

MESSAGES = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Hi <b> & 'you' é"},
    {"role": "assistant", "content": "Hello.", "tool_calls": [{"function": {"name": "f", "arguments": {"a": 1}}}]},
]
TOOLS = [{"type": "function", "function": {"name": "f", "description": "é", "parameters": {"type": "object"}}}]
TEMPLATES = {
    "fixture": (ROOT / "fixtures/tiny-instruct/chat_template.jinja").read_text(),
    "blocks are trimmed": "{% for m in messages %}\n  {% if m.role == 'user' %}\nX\n  {% endif %}\n{% endfor %}\n",
    "tojson": "{{ tools | tojson }} {{ tools | tojson(indent=2) }} {{ messages[1].content | tojson(ensure_ascii=True) }}",
    "namespace": "{% set ns = namespace(n=0) %}{% for m in messages %}{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.n }}",
    "namespace of self": "{% set ns = namespace(self=1, x=2) %}{{ ns.x }}",
    "loop controls": "{% for m in messages %}{% if loop.index > 1 %}{% break %}{% endif %}{{ m.role }}{% endfor %}",
    "generation": "{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}{% endfor %}",
    "dict": "{{ dict(a=1).a }}{{ dict.fromkeys(['x', 'y']) }}",
    "date": "{{ strftime_now('%Y') }}",
    "undefined": "[{{ nothing }}][{{ messages[0].nothing }}]",
    "filters": "{{ messages | selectattr('role', 'equalto', 'user') | map(attribute='content') | join(',') | upper }}",
}
REFUSED = {
    "raise_exception": "{{ raise_exception('No system message.') }}",
    "underscore on a namespace": "{% set ns = namespace(_x=1) %}",
    "underscore set on a namespace": "{% set ns = namespace() %}{% set ns._x = 1 %}",
    "mutation": "{{ messages.append(1) }}",
    "include": "{% include 'x' %}",
    "no such filter": "{{ 1 | nosuchfilter }}",
}


def ours(template: str) -> str:
    return environment().from_string(template).render(messages=MESSAGES, tools=TOOLS, add_generation_prompt=True, bos_token="<s>")


def theirs(template: str) -> str:
    from transformers.utils.chat_template_utils import _compile_jinja_template

    compiled: Any = _compile_jinja_template(template)
    return str(compiled.render(messages=MESSAGES, tools=TOOLS, add_generation_prompt=True, bos_token="<s>"))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", TEMPLATES)
def test_it_renders_as_transformers_does(name: str) -> None:
    assert ours(TEMPLATES[name]) == theirs(TEMPLATES[name])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", REFUSED)
def test_it_refuses_what_transformers_refuses(name: str) -> None:
    with pytest.raises((jinja2.TemplateError, TypeError)) as raised:
        ours(REFUSED[name])
    with pytest.raises(type(raised.value)):
        theirs(REFUSED[name])


@pytest.mark.filterwarnings("ignore")
def test_real_templates_compile_and_render_as_in_transformers(pytestconfig: pytest.Config) -> None:
    """Every shape of a conversation in every real template at hand: trl's, and those of a folder named by ``--templates``."""
    named = pytestconfig.getoption("--templates")
    folders = [Path(named)] if named else []
    if (folder() / "templates").is_dir():
        folders.append(folder() / "templates")
    paths = [path for each in folders for path in sorted(each.iterdir()) if path.suffix == ".jinja"]
    if not paths:
        pytest.skip("no real templates at hand: run tests/tools/real_models/fetch.py, or give --templates FOLDER")
    special = {"bos_token": "<s>", "eos_token": "</s>"}
    shapes = [variables(special, **shape) for shape in _shapes().values()]
    conversations = [*shapes, *map(_in_parts, shapes)]
    for path in paths:
        text = path.read_text("utf-8")
        assert outcomes(environment().from_string, text, conversations) == outcomes(compile_theirs, text, conversations), path.name


def compile_theirs(text: str) -> Any:
    from transformers.utils.chat_template_utils import _compile_jinja_template

    return _compile_jinja_template(text)


def outcomes(compiles: Callable[[str], Any], text: str, conversations: list[dict[str, Any]]) -> list[str]:
    """What a template gives for each conversation: its text, or the type of what it raises."""
    try:
        template = compiles(text)
    except jinja2.TemplateError as error:
        return [f"{type(error).__name__}: {error}"]
    results = []
    for conversation in conversations:
        try:
            results.append(template.render(**conversation))
        except Exception as error:  # noqa: BLE001 - both must raise alike
            results.append(type(error).__name__)
    return results
