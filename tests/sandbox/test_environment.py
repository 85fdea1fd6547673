"""Our environment renders as transformers' own does, and refuses what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2
import pytest
from modelcheck.sandbox.environment import environment

from conftest import ROOT

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
def test_real_templates_render_as_in_transformers(pytestconfig: pytest.Config) -> None:
    """Over a folder of real templates, named by ``--templates``; a sample is outside the project."""
    folder = pytestconfig.getoption("--templates")
    if not folder:
        pytest.skip("no folder of real templates given: --templates FOLDER")
    paths = sorted(Path(folder).iterdir())
    assert paths
    for path in paths:
        results = []
        for renders in (ours, theirs):
            try:
                results.append(renders(path.read_text("utf-8")))
            except Exception as error:  # noqa: BLE001 - both must raise alike
                results.append(f"{type(error).__name__}: {error}")
        if "namespace" not in results[0]:  # our message on a refused name is our own
            assert results[0] == results[1], path.name
