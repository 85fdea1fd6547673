"""What authors of plug-ins get wrong: each mistake is told with its file, its line and what to do, and stops nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from modelcheck.errors import PluginError
from modelcheck.plugin_mistakes import hinted
from modelcheck.wrong_hooks import HOOKS as KNOWN_HOOKS

from author_hooks import HOOKS
from author_mistakes import API, BODY, GOOD, LEFT_OUT, PACK, PAGE, RULE, WARNED
from conftest import ROOT, Command, plugin, plugin_path, write_tree


def pack(site: Path, code: str) -> Path:
    return plugin(site, {"acme/__init__.py": PACK, "acme/house/fine.py": GOOD, "acme/house/bad.py": API + code})


@pytest.mark.parametrize("case", LEFT_OUT)
def test_a_mistake_is_told_with_its_line_and_stops_nothing_else(case: str, modelcheck: Command, tmp_path: Path) -> None:
    code, line, says = LEFT_OUT[case]
    site = pack(tmp_path / "site", code)
    write_tree(tmp_path, {"model/README.md": "---\nlicense: mit\n---\n# x\n", "model/config.json": '{"model_type": "llama"}'})
    done = modelcheck("scan", "model", "--offline", "--format", "json", cwd=tmp_path, env=plugin_path(site))
    mistakes = [one for one in done.json["errors"] if one["kind"] == "plugin"]
    assert done.code == 3, done.err
    assert len(mistakes) == 1, mistakes
    assert mistakes[0]["target"] == "plug-in acme"
    assert says in mistakes[0]["message"], mistakes[0]["message"]
    assert (
        f"site/acme/house/bad.py:{line}:" in mistakes[0]["message"] if line else "site/acme/house/bad.py:" in mistakes[0]["message"]
    )
    assert "house/fine" in {one["rule"] for one in done.json["findings"]}, "the other rule of the same plug-in has run"
    assert done.json["checkpoints"]
    assert "Traceback" not in done.err
    listed = modelcheck("plugins", cwd=tmp_path, env=plugin_path(site))
    assert listed.code == 3
    assert f"    error: {mistakes[0]['message'].removeprefix('the plug-in acme: ')}" in listed.out


@pytest.mark.parametrize("case", WARNED)
def test_what_works_otherwise_than_it_seems_is_a_warning(case: str, modelcheck: Command, tmp_path: Path) -> None:
    code, line, says = WARNED[case]
    site = pack(tmp_path / "site", code)
    listed = modelcheck("plugins", cwd=tmp_path, env=plugin_path(site))
    assert listed.code == 0, listed.out + listed.err
    assert f"    warning: site/acme/house/bad.py:{line}: " in listed.out
    assert says in listed.out
    assert listed.out.count("warning:") == 1


@pytest.mark.parametrize("case", HOOKS)
def test_a_mistake_in_hooks(case: str, modelcheck: Command, tmp_path: Path) -> None:
    code, line, says = HOOKS[case]
    works = "modelcheck_register" not in says and "registry.scan(__name__)" in code and "yield" not in code
    site = plugin(tmp_path / "site", {"acme/__init__.py": code, "acme/house/fine.py": GOOD})
    plugin(site, {"beta/__init__.py": PACK, "beta/house/good.py": GOOD.replace("def fine", "def good")}, name="beta")
    write_tree(tmp_path, {"model/README.md": "---\nlicense: mit\n---\n# x\n", "model/config.json": '{"model_type": "llama"}'})
    done = modelcheck("scan", "model", "--offline", "--format", "json", cwd=tmp_path, env=plugin_path(site))
    mistakes = [one["message"] for one in done.json["errors"] if one["kind"] == "plugin"]
    assert done.code == 3, done.err
    assert len(mistakes) == 1, mistakes
    assert says in mistakes[0]
    assert line is None or mistakes[0].startswith(f"the plug-in acme: site/acme/__init__.py:{line}: "), mistakes
    rules = {one["rule"] for one in done.json["findings"]}
    assert "house/good" in rules, "the other plug-in has run"
    assert ("house/fine" in rules) == works, "the other hooks of the plug-in are called"
    assert modelcheck("plugins", cwd=tmp_path, env=plugin_path(site)).code == (0 if "every target" in case else 3)


def test_the_hooks_are_those_of_the_documentation() -> None:
    assert set(KNOWN_HOOKS) == {"modelcheck_register", "modelcheck_open", "modelcheck_reporters"}


def test_a_hint_that_is_there_stays() -> None:
    assert hinted(PluginError("x", unknown="ModelCrad", hint="Write y"), "acme").hint == "Write y"


def test_two_packages_that_bring_a_plugin_of_one_name(modelcheck: Command, tmp_path: Path) -> None:
    site = plugin(tmp_path / "site", {"acme/__init__.py": PACK, "acme/house/fine.py": GOOD})
    second = plugin(tmp_path / "second", {"beta/__init__.py": PACK}, name="beta")
    entry = second / "beta_rules-1.2.dist-info" / "entry_points.txt"
    entry.write_text("[modelcheck]\nacme = beta\n")
    env = {"PYTHONPATH": f"{site}:{second}"}
    listed = modelcheck("plugins", cwd=tmp_path, env=env)
    assert listed.code == 3
    assert "acme-rules 1.2 and beta-rules 1.2 both bring a plug-in of this name; the second is left out" in listed.out
    assert "1 rule" in listed.out


def test_a_rule_that_yields_a_tuple_as_its_place_names_its_line(modelcheck: Command, tmp_path: Path) -> None:
    body = PAGE + "    yield Finding('x',\n        at=(card.path, 1, 1))\n"
    site = pack(tmp_path / "site", RULE + "def bad(card: ModelCard):\n" + body)
    write_tree(tmp_path, {"model/README.md": "---\nlicense: mit\n---\n# x\n", "model/config.json": '{"model_type": "llama"}'})
    done = modelcheck("scan", "model", "--offline", "--format", "json", cwd=tmp_path, env=plugin_path(site))
    (crash,) = [one["message"] for one in done.json["errors"] if one["kind"] == "crash"]
    assert "Finding.at must be Span, not tuple: write Span(path, line, column), or take the fact's at(…)" in crash
    assert crash.endswith("(model), at site/acme/house/bad.py:22"), crash


@pytest.mark.parametrize(("code", "line"), [("yield 'x'", 22), ("yield from ['x']", 22), ("return ['x']", None)])
def test_a_wrong_yield_has_its_line(code: str, line: int | None, modelcheck: Command, tmp_path: Path) -> None:
    site = pack(tmp_path / "site", RULE + "def bad(card: ModelCard):\n" + PAGE + f"    {code}\n")
    write_tree(tmp_path, {"model/README.md": "---\nlicense: mit\n---\n# x\n", "model/config.json": '{"model_type": "llama"}'})
    done = modelcheck("scan", "model", "--offline", "--format", "json", cwd=tmp_path, env=plugin_path(site))
    (crash,) = [one["message"] for one in done.json["errors"] if one["kind"] == "crash"]
    assert "it yielded str where Finding is expected" in crash
    assert line is None or crash.endswith(f", at site/acme/house/bad.py:{line}"), crash


def test_a_folder_that_is_no_package_is_a_warning(modelcheck: Command, tmp_path: Path) -> None:
    site = pack(tmp_path / "site", RULE + "def bad(card: ModelCard):\n" + BODY)
    write_tree(site, {"acme/lost/rule_here.py": GOOD})
    listed = modelcheck("plugins", cwd=tmp_path, env=plugin_path(site))
    assert "warning: " in listed.out
    assert "lost has no __init__.py, so nothing in it is found. Write an empty one" in listed.out
    assert listed.code == 0


@pytest.mark.parametrize("code", [0, 7])
def test_a_rule_that_ends_the_process_ends_itself_only(code: int, modelcheck: Command, tmp_path: Path) -> None:
    site = pack(
        tmp_path / "site", "import sys\n" + RULE + "def bad(card: ModelCard):\n" + PAGE + f"    sys.exit({code})\n    yield\n"
    )
    write_tree(tmp_path, {"model/README.md": "---\nlicense: mit\n---\n# x\n", "model/config.json": '{"model_type": "llama"}'})
    done = modelcheck("scan", "model", "--offline", "--format", "json", cwd=tmp_path, env=plugin_path(site))
    assert done.code == 3
    (crash,) = [one["message"] for one in done.json["errors"] if one["kind"] == "crash"]
    assert f"house/bad of acme crashed: SystemExit: {code} (model), at site/acme/house/bad.py:23" in crash
    assert "house/fine" in {one["rule"] for one in done.json["findings"]}


@pytest.mark.parametrize("own", ["card/language-missing", "deploy/base-weights-behind-chat"])
def test_a_rule_that_is_called_as_one_of_ours_is_left_out(own: str, modelcheck: Command, tmp_path: Path) -> None:
    area, _, name = own.replace("-", "_").partition("/")
    code = API + RULE + f"def {name}(card: ModelCard):\n" + BODY
    site = plugin(tmp_path / "site", {"acme/__init__.py": PACK, "acme/house/fine.py": GOOD, f"acme/{area}/{name}.py": code})
    write_tree(tmp_path, {"model/README.md": "---\nlicense: mit\n---\n# x\n", "model/config.json": '{"model_type": "llama"}'})
    done = modelcheck("scan", "model", "--offline", "--format", "json", cwd=tmp_path, env=plugin_path(site))
    mistakes = [one["message"] for one in done.json["errors"]]
    assert len(mistakes) == 1, mistakes
    assert f"site/acme/{area}/{name}.py:2: " in mistakes[0]
    assert own in mistakes[0]
    assert done.code == 3
    assert {"house/fine", "card/language-missing"} <= {one["rule"] for one in done.json["findings"]}
    assert modelcheck("rules", "card", cwd=tmp_path, env=plugin_path(site)).code == 0


def test_every_fact_of_the_api_can_be_asked_for(modelcheck: Command, tmp_path: Path) -> None:
    from modelcheck.api import DEFERRED_FACTS

    names = [*DEFERRED_FACTS]
    rules = "".join(f"{RULE}def of_{name.lower()}(fact: {name}):\n    yield from ()\n\n" for name in names)
    code = f"from modelcheck.api import rule, {', '.join(names)}\n\n{rules}"
    site = plugin(tmp_path / "site", {"acme/__init__.py": PACK, "acme/many.py": code})
    listed = modelcheck("plugins", cwd=tmp_path, env=plugin_path(site))
    assert "error:" not in listed.out, listed.out
    assert f"{len(names)} rules" in listed.out
    assert modelcheck("scan", ROOT / "fixtures/tiny-base", "--offline", cwd=tmp_path, env=plugin_path(site)).code == 0


def test_other_commands_warn_and_go_on(modelcheck: Command, tmp_path: Path) -> None:
    site = pack(tmp_path / "site", LEFT_OUT["severity misspelt"][0])
    for words in (("rules", "card"), ("explain", "card/license-missing")):
        done = modelcheck(*words, cwd=tmp_path, env=plugin_path(site))
        assert (done.code, done.err.count("Warning: the plug-in acme: site/acme/house/bad.py:2: ")) == (0, 1), done.err


def test_a_trace_has_each_call_of_a_plugin(modelcheck: Command, tmp_path: Path) -> None:
    site = pack(tmp_path / "site", RULE + "def bad(card: ModelCard):\n" + PAGE + "    raise ValueError('odd')\n    yield\n")
    write_tree(tmp_path, {"model/README.md": "---\nlicense: mit\n---\n# x\n", "model/config.json": '{"model_type": "llama"}'})
    done = modelcheck("scan", "model", "--offline", "--plugin-trace", cwd=tmp_path, env=plugin_path(site))
    lines = [line for line in done.err.splitlines() if line.startswith("trace: ")]
    calls = [line.split(",")[0].removeprefix("trace: acme: ") for line in lines]
    assert [call for call in calls if call.startswith("house/")] == ["house/bad", "house/fine"]
    assert set(calls) > {"loading", "import"}
    assert lines.index("trace: target model") < calls.index("house/bad")
    assert [line.endswith(": ValueError: odd") for line in lines].count(True) == 1
