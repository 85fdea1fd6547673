"""Ansible's variables in templates and tasks, on disk and through the command."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelcheck.documents.located import Lines
from modelcheck.documents.yamlfile import parse_yaml_text
from modelcheck.findings import Span
from modelcheck.readers.assembly import ansible
from modelcheck.readers.assembly.jinja_text import Template
from modelcheck.readers.filled import Filled

from readers.assembly.trees import Told, uses_of

UNIT = "[Service]\nExecStart=/usr/bin/vllm serve {{ llm_model }} --port {{ port }} --tool-call-parser hermes\n"

PROJECTS: dict[str, tuple[Mapping[str, str], set[Told]]] = {
    "a role's default, and the value of one group": (
        {
            "roles/llm/templates/llm.service.j2": UNIT,
            "roles/llm/defaults/main.yml": "---\nport: 8000\nllm_model: acme/Ivy-7b\n",
            "group_vars/big.yml": "llm_model: acme/Oak-70b\n",
        },
        {("roles/llm/defaults/main.yml", 3, "acme/Ivy-7b", "chat"), ("group_vars/big.yml", 1, "acme/Oak-70b", "chat")},
    ),
    "a variable in a variable, an attribute of a map": (
        {
            "roles/llm/templates/llm.service.j2": UNIT,
            "roles/llm/vars/main.yml": "llm_model: '{{ models.small.id }}'\n",
            "inventories/prod/group_vars/all.yml": "models:\n  small: {id: acme/Ivy-7b}\n",
        },
        {("inventories/prod/group_vars/all.yml", 2, "acme/Ivy-7b", "chat")},
    ),
    "defaults, then the group of all hosts, then the role's own variables": (
        {
            "zz/roles/llm/templates/llm.service.j2": UNIT,
            "zz/roles/llm/defaults/main.yml": "llm_model: acme/Elm-7b\n",
            "zz/group_vars/all.yml": "llm_model: acme/Oak-70b\n",
            "zz/roles/llm/vars/main.yml": "llm_model: acme/Ivy-7b\n",
        },
        {
            ("zz/roles/llm/vars/main.yml", 1, "acme/Ivy-7b", "chat"),
            ("zz/roles/llm/defaults/main.yml", 1, "acme/Elm-7b", "unknown"),
            ("zz/group_vars/all.yml", 1, "acme/Oak-70b", "unknown"),
        },
    ),
    "the group of all hosts instead of defaults": (
        {
            "group_vars/all/models.yml": "llm_model: acme/Oak-70b\n",
            "roles/llm/templates/llm.service.j2": UNIT,
            "roles/llm/defaults/main.yml": "llm_model: acme/Elm-7b\n",
        },
        {
            ("group_vars/all/models.yml", 1, "acme/Oak-70b", "chat"),
            ("roles/llm/defaults/main.yml", 1, "acme/Elm-7b", "unknown"),
        },
    ),
    "a value of two variables": (
        {
            "roles/llm/templates/llm.service.j2": UNIT,
            "roles/llm/defaults/main.yml": "owner: acme\nllm_model: '{{ owner }}/Ivy-7b'\n",
        },
        {("roles/llm/defaults/main.yml", 2, "acme/Ivy-7b", "chat")},
    ),
    "a default in the template": (
        {"templates/run.sh.j2": "vllm serve {{ weights | default('acme/Ivy-7b') }} --tool-call-parser hermes\n"},
        {("templates/run.sh.j2", 1, "acme/Ivy-7b", "chat")},
    ),
    "arguments in a list, the variable at the task": (
        {
            "play.yml": "- hosts: gpu\n  tasks:\n  - command:\n      argv: [vllm, serve, '{{ m }}', --tool-call-parser, hermes]\n"
            "    vars:\n      m: acme/Ivy-7b\n",
        },
        {("play.yml", 6, "acme/Ivy-7b", "chat")},
    ),
    "a variable that a task sets, used in two tasks of a block": (
        {
            "roles/llm/tasks/main.yml": "- set_fact:\n    m: acme/Ivy-7b\n- block:\n  - command: vllm serve {{ m }}\n"
            "  - shell: |\n      nohup vllm serve {{ m }} &\n",
        },
        {("roles/llm/tasks/main.yml", 2, "acme/Ivy-7b", "unknown")},
    ),
    "a loop in a template": (
        {
            "roles/x/templates/compose.yaml.j2": (
                "services:\n{% for one in servers %}\n  {{ one.name }}:\n    image: vllm/vllm-openai\n"
                "    command: --model {{ one.model }} {{ one.flags }}\n{% endfor %}\n"
            ),
            "roles/x/defaults/main.yml": (
                "servers:\n- {name: a, model: acme/Ivy-7b, flags: ''}\n"
                "- name: b\n  model: acme/Oak-70b\n  flags: --tool-call-parser hermes\n"
            ),
        },
        {("roles/x/defaults/main.yml", 2, "acme/Ivy-7b", "unknown"), ("roles/x/defaults/main.yml", 4, "acme/Oak-70b", "chat")},
    ),
    "a playbook's own variables, in a task": (
        {
            "site.yml": (
                "- hosts: gpu\n  vars:\n    weights: acme/Ivy-7b\n  tasks:\n  - name: serve\n"
                "    community.docker.docker_container:\n"
                "      image: vllm/vllm-openai\n      command: --model {{ weights }} --tool-call-parser hermes\n"
            )
        },
        {("site.yml", 3, "acme/Ivy-7b", "chat")},
    ),
    "a task for each element": (
        {
            "roles/x/tasks/main.yml": "- name: get\n  command: ollama pull {{ item }}\n  loop: '{{ wanted }}'\n- debug: {}\n",
            "roles/x/defaults/main.yml": "wanted:\n- llama3:8b-text\n- qwen2.5:7b\n",
        },
        {("roles/x/defaults/main.yml", 2, "llama3:8b-text", "unknown"), ("roles/x/defaults/main.yml", 3, "qwen2.5:7b", "unknown")},
    ),
    "a list of Ollama's, which no file uses": (
        {"roles/x/defaults/main.yml": "ollama_models:\n- llama3:8b-text\nports:\n- 80:80\n"},
        {("roles/x/defaults/main.yml", 2, "llama3:8b-text", "unknown")},
    ),
    "nothing is known": (
        {"roles/x/templates/x.env.j2": "MODEL_ID={{ weights }}\n", "roles/y/defaults/main.yml": "weights: acme/Ivy-7b\n"},
        set(),
    ),
}


@pytest.mark.parametrize("name", PROJECTS)
def test_a_project(name: str, tmp_path: Path) -> None:
    files, expected = PROJECTS[name]
    found = uses_of(tmp_path, files)
    assert {one for one in found if "{{" not in one[2]} == expected


NAMES = parse_yaml_text("vars.yml", "a: x/y-7b\nb: {c: [1, two]}\nd: ['p', 'q']\n")[0].children or {}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ a }}-{{a|lower}}", "x/y-7b-x/y-7b"),
        ("{{ b.c[1] }} {{ b['c'][0] }}", "two 1"),
        ("{{ gone | default('z') }}{{ gone | d(a) }}", "zx/y-7b"),
        ("{% for one in d %}[{{ one }}{% for two in d %}{{ two }}{% endfor %}]{% endfor %}", "[ppq][qpq]"),
        ("{% if x %}1{% else %}2{% endif %}{# no #}", "12"),
        ("{{ gone }} {{ a", "{{ gone }} {{ a"),
        ("{% for one in gone %}{{ a }}{% endfor %}", "x/y-7b"),
        ("{% for one in d %}open", "open"),
    ],
)
def test_what_a_template_becomes(template: str, text: str) -> None:
    assert "".join(part.text for part in Template(template).parts(NAMES)) == text


@given(
    st.lists(
        st.sampled_from(["{{ a }}", "{{ b.c }}", "{% for i in d %}", "{% endfor %}", "{{ i }}", "\n", "text ", "{{", "%}"]),
        max_size=30,
    )
)
def test_every_place_points_at_the_text_it_names(pieces: list[str]) -> None:
    text = "".join(pieces)
    filled = Filled("x", Lines("x.j2", text), Template(text).parts(NAMES))
    made, template, values = Lines("x.j2", filled.text), Lines("x.j2", text), {"x/y-7b", "p", "q"}
    for start, end in ((place, place + 4) for place in range(0, max(0, len(filled.text) - 4), 3)):
        if "\n" in filled.text[start:end]:
            continue
        at, _ = filled.place(made.span(start, end))
        assert at.line is not None
        if at.path == "x.j2" and at.end_column is not None:
            begin = template.offset(at.line, at.column or 1)
            assert text[begin : begin + 4] == filled.text[start:end]
        elif at.path == "vars.yml":
            assert any(filled.text[start] in value for value in values)
    assert filled.place(Span("other", 1, 1)) == (Span("other", 1, 1), None)


def test_a_tree_is_sorted_once_for_all_its_templates(tmp_path: Path) -> None:
    """A repository of 4,500 files took a minute, since each of its templates went through every path."""
    roles = {f"roles/r{number}/templates/run.sh.j2": "vllm serve {{ weights }}\n" for number in range(30)}
    defaults = {f"roles/r{number}/defaults/main.yml": f"weights: acme/Ivy-{number}b\n" for number in range(30)}
    with patch.object(ansible, "_sorted_files", wraps=ansible._sorted_files) as sorting:
        found = uses_of(tmp_path, {**roles, **defaults})
    assert len({model for _, _, model, _ in found if "{{" not in model}) == 30
    assert sorting.call_count == 1


def test_a_template_in_a_tree_that_names_no_model_is_not_filled(tmp_path: Path) -> None:
    files = {"roles/web/templates/site.conf.j2": "port {{ port }}\n", "roles/web/defaults/main.yml": "port: 80\n"}
    with patch.object(ansible, "Template", wraps=ansible.Template) as filling:
        assert not uses_of(tmp_path, files)
    assert not filling.called
