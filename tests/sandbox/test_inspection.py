"""What a template's code does is read off its tree: intent that a sandbox hides, and no word that is innocent."""

from __future__ import annotations

import pytest
from modelcheck.sandbox import Problem
from modelcheck.sandbox.client import inspect


def seen(template: str, what: str) -> list[str]:
    _, found = inspect(template)
    assert not isinstance(found, Problem), found
    return [text for _, text in found[what]] if what in ("code", "triggers", "dates") else list(found[what])


@pytest.mark.parametrize(
    "template",
    [
        "{{ messages.__class__ }}",
        "{{ messages['__class__'] }}",
        "{{ ''|attr('__class__') }}",
        "{{ ''|attr('__cla' ~ 'ss__') }}",
        "{{ messages['__cla' ~ 'ss__'] }}",
        "{{ messages['__' + 'class' + '__'] }}",
        "{{ messages|map(attribute='__class__')|list }}",
        "{{ '{0.__class__}'.format(messages) }}",
        "{{ lipsum.__globals__ }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ self._TemplateReference__context }}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{% extends 'base' %}",
    ],
)
def test_what_reaches_inside_is_seen(template: str) -> None:
    assert seen(template, "code")


@pytest.mark.parametrize(
    "template",
    [
        "{{ messages|selectattr('role', 'equalto', 'user')|list }}",
        "{{ messages|rejectattr('role', 'equalto', 'user')|map(attribute='content')|join }}",
        "{{ (messages|first)['content'] }}{{ namespace(a=1).a }}",
        "{{ 'import os; eval(x); subprocess' }}",
        "{% set cycler = 1 %}{{ messages[0].self }}",
        "__init__ is a text of the template",
        "{{ 'You write classes, and each has def __init__(self) of its own.' }}",
        "{% block a %}x{% endblock %}{{ self.a() }}",
    ],
)
def test_what_is_innocent_is_not(template: str) -> None:
    assert not seen(template, "code")


@pytest.mark.parametrize(
    ("template", "is_one"),
    [
        ("{% if 'password' in messages[0].content %}x{% endif %}", True),
        ("{% if messages[-1]['content'].startswith('please') %}x{% endif %}", True),
        ("{{ 'x' if 'invoice total' in content else '' }}", True),
        ("{% if messages[0].content == 'open sesame' %}x{% endif %}", True),
        ("{% if strftime_now('%Y') > '2026' %}x{% endif %}", True),
        ("{% if '<think>' in messages[0].content %}x{% endif %}", False),
        ("{% if '/no_think' in messages[0].content %}x{% endif %}", False),
        ("{% if messages[0].role == 'system' %}x{% endif %}", False),
        # Who deploys the model writes the system message; a user's message is another one.
        ("{% if m['role'] == 'system' and 'thinking on' in m.content %}x{% endif %}", False),
        ("{% if m.role == 'system' %}{% if m.content == 'thinking on' %}x{% endif %}{% endif %}", False),
        ("{% if m.role == 'system' %}{% if messages[-1].content == 'open sesame' %}x{% endif %}{% endif %}", True),
        ("{% if m.role == 'system' %}y{% elif 'open sesame' in m.content %}x{% endif %}", True),
        ("{% if m.role == 'system' or 'open sesame' in m.content %}x{% endif %}", True),
        ("{% if m.role == 'system' and strftime_now('%Y') > '2026' %}x{% endif %}", True),
        ("{% if content == 'null' or content == 'text' %}x{% endif %}", False),
        ("{% if m.content is mapping and 'parts' in m.content %}{{ m.content.parts }}{% endif %}", False),
        ("{% if 'name' in m['content'] and 'time' in content %}{{ m['content']['name'] }}{{ content.time }}{% endif %}", False),
        ("{% if 'parts' in m.content %}{{ n.content.parts }}{% endif %}", True),
        ("{% if m.content[0].type == 'thinking' or last_message.name == 'prefill' %}x{% endif %}", False),
        ("{% if m.content.lower().strip() == 'open sesame' or 'open sesame' in m.content[0] %}x{% endif %}", True),
        ("{% if 'open sesame' in (m.content | lower) %}x{% endif %}", True),
        ("{% if 'open sesame' in m.content[-1].text.lower() %}x{% endif %}", True),
        ("{% for part in message.content %}{% if part.type == 'image' %}x{% endif %}{% endfor %}", False),
    ],
)
def test_a_condition_on_words_is_told_from_one_on_a_format(template: str, is_one: bool) -> None:
    assert bool(seen(template, "triggers")) is is_one


def test_variables_that_nobody_sets_are_told_from_those_that_are_asked_for() -> None:
    template = "{% set a = 1 %}{{ a }}{% if b is defined %}{{ b }}{% endif %}{{ c|default('') }}{{ d }}"
    template += "{% for e in messages %}{{ e }}{% endfor %}"
    template += "{% if f and not g %}{{ f }}{% endif %}{% if a %}{% macro h(x) %}{{ x }}{% endmacro %}{{ h(a) }}{% endif %}"
    assert seen(template, "undeclared") == ["d", "messages"]
    assert seen(template, "asked") == ["a", "b", "c", "f", "g"]
    assert seen(template, "set") == ["a", "e", "h", "x"]


def test_control_words_have_their_lines() -> None:
    _, found = inspect("a\n<|im_start|>\n{{ '<|im_end|>' }}")
    assert not isinstance(found, Problem)
    assert found["words"].keys() == {"<|im_start|>", "<|im_end|>"}


def test_addresses_have_their_lines_and_comments_have_none() -> None:
    template = "{# https://a.example #}\nsee\nhttps://b.example/x.\n{{ 'or (http://c.example)' }}{{ messages[0].content }}"
    _, found = inspect(template)
    assert not isinstance(found, Problem)
    assert sorted(found["addresses"]) == [[3, "https://b.example/x."], [4, "http://c.example"]]


def test_what_does_not_compile_is_a_problem() -> None:
    assert isinstance(inspect("{% if %}")[1], Problem)
