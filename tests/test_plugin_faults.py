"""What goes wrong in somebody else's code is blamed on it by name, ends with exit code 3, and loses nobody else's results."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import Command, Done, plugin, plugin_path, write_tree

PACK = "from modelcheck.api import hookimpl\n\n@hookimpl\ndef modelcheck_register(registry):\n    registry.scan(__name__)\n"
API = "from modelcheck.api import CheckpointName, Evidence, Finding, ModelUse, Source, Span, YamlFile, fact, reader, rule, signal\n"
TREE = {
    "model/config.json": '{"model_type": "llama"}',
    "model/README.md": "---\nlicense: mit\nbase_model: /home/me/x\n---\n",
    "compose.yaml": "services:\n  a:\n    image: vllm/vllm-openai\n    command: --model acme/x-base --tool-call-parser y\n",
}
OTHERS = ("card/base-model-is-a-path", "deploy/base-weights-behind-chat")
RULE = '@rule(severity="error", since="1.0")\ndef bad(name: CheckpointName):\n    """It is wrong."""\n    '


def scan(modelcheck: Command, folder: Path, site: Path, *words: str) -> Done:
    write_tree(folder, TREE)
    return modelcheck("scan", "model", "compose.yaml", "--offline", *words, cwd=folder, env=plugin_path(site))


def check(done: Done, *said: str) -> None:
    """One crash says all of these, and what modelcheck's own rules find is still there."""
    assert done.code == 3, done.out + done.err
    crashes = [one["message"] for one in done.json["errors"] if one["kind"] == "crash"]
    assert len(crashes) == 1, crashes
    for text in said:
        assert text in crashes[0]
    assert set(OTHERS) <= {one["rule"] for one in done.json["findings"]}
    assert len(done.json["checkpoints"]) == 2
    assert done.json["uses"]


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ('yield Finding("x", at="README.md")', "Finding.at must be Span, not str"),
        ('yield Finding("x", at=Span(3, 1))', "Finding.at.path must be str, not int"),
        ('yield Finding("x", at=Span("README.md", "1"))', "a line or column of Finding.at must be int"),
        ("yield Finding(None)", "Finding.message must be str, not NoneType"),
        ('yield Finding("x", fix="delete it")', "Finding.fix must be Fix, not str"),
        ('yield "x"', "it yielded str where Finding is expected"),
        ("return 3", "it returned int, which is not iterable: write yield in place of return"),
        ("raise KeyError(3)", "KeyError: 3"),
    ],
)
def test_a_rule(code: str, cause: str, modelcheck: Command, tmp_path: Path) -> None:
    site = plugin(tmp_path / "site", {"acme/__init__.py": PACK, "acme/house/bad.py": API + RULE + code + "\n"})
    check(scan(modelcheck, tmp_path, site, "--format", "json"), "house/bad of acme crashed", cause, "(model)")


def test_a_rule_about_uses_is_named_with_the_place_of_the_use(modelcheck: Command, tmp_path: Path) -> None:
    code = RULE.replace("name: CheckpointName", "use: ModelUse") + 'yield Finding("x", at=1)\n'
    site = plugin(tmp_path / "site", {"acme/__init__.py": PACK, "acme/house/bad.py": API + code})
    check(scan(modelcheck, tmp_path, site, "--format", "json"), "house/bad of acme", "must be Span", "(compose.yaml:4:22)")


@pytest.mark.parametrize(
    ("weight", "cause"),
    [
        ("float('nan')", "Evidence.weight must be a finite number of nats, not nan"),
        ("float('inf')", "Evidence.weight must be a finite number of nats, not inf"),
        ("'3'", "Evidence.weight must be int or float, not str"),
        ("None", "Evidence.weight must be int or float, not NoneType"),
    ],
)
def test_a_signal(weight: str, cause: str, modelcheck: Command, tmp_path: Path) -> None:
    code = '@signal(group="acme")\ndef bad(source: Source):\n    if source.kind == "folder":\n'
    code += f'        yield Evidence({weight}, "seen")\n'
    site = plugin(tmp_path / "site", {"acme/__init__.py": PACK, "acme/house/bad.py": API + code})
    check(scan(modelcheck, tmp_path, site, "--format", "json"), "house/bad of acme", cause, "(model)")


READER = '@reader(files=("*.yaml",), mentions=("vllm",))\ndef bad({annotation}):\n    {code}\n'


@pytest.mark.parametrize(
    ("annotation", "code", "cause"),
    [
        ("file: YamlFile", "raise ValueError('odd')", "ValueError: odd"),
        ("file: YamlFile", "yield 3", "it yielded int where ModelUse is expected"),
        ("file: YamlFile", "yield ModelUse('a/b', 'a/b', 'a/b', 'x.yaml:3', 'x', 'x')", "ModelUse.at must be Span, not str"),
        (
            "file: YamlFile",
            "yield ModelUse('a/b', 'a/b', 'a/b', Span('compose.yaml', 3), 'x', 'x', purpose='Chat')",
            "ModelUse.purpose must be one of chat, ",
        ),
        ("file: YamlFile", "return 3", "it returned int, which is not iterable: write yield in place of return"),
    ],
)
def test_a_reader(annotation: str, code: str, cause: str, modelcheck: Command, tmp_path: Path) -> None:
    code = API + READER.format(annotation=annotation, code=code)
    site = plugin(tmp_path / "site", {"acme/__init__.py": PACK, "acme/house/bad.py": code})
    check(scan(modelcheck, tmp_path, site, "--format", "json"), "house/bad of acme crashed", cause, "(compose.yaml)")


@pytest.mark.parametrize(
    ("code", "cause", "line"),
    [
        ("raise OSError('no disk')", "OSError: no disk", 7),
        ("return 3", "it returned int where Disk is expected", 5),
        ("return None", "it returned NoneType where Disk is expected: raise Absent(reason) where there is none", 5),
        ("yield Disk()", "it returned generator where Disk is expected: write return in place of yield", 5),
    ],
)
def test_a_fact_is_named_and_its_rule_is_skipped(code: str, cause: str, line: int, modelcheck: Command, tmp_path: Path) -> None:
    code = f"class Disk:\n    pass\n\n@fact()\ndef disk(name: CheckpointName) -> Disk:\n    {code}\n\n"
    code += RULE.replace("name: CheckpointName", "disk: Disk") + "yield\n"
    site = plugin(tmp_path / "site", {"acme/__init__.py": PACK, "acme/house/bad.py": API + code})
    done = scan(modelcheck, tmp_path, site, "--format", "json", "-v")
    check(done, "bad/disk of acme crashed", cause, f"(model), at site/acme/house/bad.py:{line}")
    assert {"rule": "house/bad", "reason": "bad/disk crashed"} in done.json["checkpoints"][0]["skipped"]


REPORTER = """from modelcheck.api import hookimpl

def shout(report, style):
    {code}

@hookimpl
def modelcheck_reporters():
    return {{"shout": shout}}
"""


@pytest.mark.parametrize(
    ("code", "cause", "line"),
    [
        ("raise KeyError('x')", "KeyError: 'x'", 4),
        ("return 3", "it returned int where str is expected", 3),
        ("return b''", "it returned bytes where str is expected", 3),
        ("return", "it returned NoneType where str is expected", 3),
    ],
)
def test_a_reporter_is_named_and_the_report_is_written_as_text(
    code: str, cause: str, line: int, modelcheck: Command, tmp_path: Path
) -> None:
    site = plugin(tmp_path / "site", {"acme/__init__.py": REPORTER.format(code=code)})
    done = scan(modelcheck, tmp_path, site, "--format", "shout")
    out = " ".join(done.out.split())
    assert done.code == 3
    assert "the reporter shout of acme crashed" in out
    assert f"{cause}, at site/acme/__init__.py:{line}" in out
    for rule in OTHERS:
        assert f"[{rule}]" in out
    assert "Traceback" not in done.out + done.err


@pytest.mark.parametrize(("code", "written"), [("'a'", "a\n"), ("'a\\n'", "a\n"), ("'a\\n\\n'", "a\n\n"), ("''", "")])
def test_a_report_ends_with_one_line_end(code: str, written: str, modelcheck: Command, tmp_path: Path) -> None:
    site = plugin(tmp_path / "site", {"acme/__init__.py": REPORTER.format(code=f"return {code}")})
    assert scan(modelcheck, tmp_path, site, "--format", "shout").out == written
    assert scan(modelcheck, tmp_path, site, "--format", "shout=report.txt").code == 1
    assert (tmp_path / "report.txt").read_text() == written


def test_a_format_of_ours_stays_ours(modelcheck: Command, tmp_path: Path) -> None:
    code = REPORTER.replace('"shout"', '"github"').format(code="raise KeyError('x')")
    site = plugin(tmp_path / "site", {"acme/__init__.py": code})
    write_tree(tmp_path, {"::error::owned.sh": "vllm serve acme/Ivy-7B-Base --tool-call-parser hermes\n"})
    done = modelcheck("scan", ".", "--offline", "--format", "github", cwd=tmp_path, env=plugin_path(site))
    assert done.code == 3
    assert "site/acme/__init__.py:3: modelcheck.reporters.formats brings the format github already, and it stays" in done.out
    assert not [line for line in done.out.splitlines() if line.startswith("::error::")]


def test_a_hook_that_returns_no_reporters_is_named(modelcheck: Command, tmp_path: Path) -> None:
    code = REPORTER.replace('return {{"shout": shout}}', "return 3").format(code="return ''")
    done = scan(modelcheck, tmp_path, plugin(tmp_path / "site", {"acme/__init__.py": code}))
    assert done.code == 3
    assert "modelcheck_reporters returned int where a mapping" in " ".join(done.out.split())


SOURCE = """from modelcheck.api import hookimpl
from modelcheck.testing import MemorySource

class Shop(MemorySource):
    {method}

@hookimpl
def modelcheck_open(target, access):
    if target.text.startswith("acme://"):
        {code}
"""
FILES = "{'config.json': '{\"model_type\": \"llama\"}', 'README.md': '---\\nlicense: mit\\n---\\n'}"


@pytest.mark.parametrize(
    ("method", "code", "said"),
    [
        ("pass", "raise RuntimeError('closed')", "modelcheck_open of acme crashed: RuntimeError: closed (acme://x)"),
        (
            "pass",
            "from modelcheck.api import TargetError\n        raise TargetError('missing', 'gone')",
            "ValueError: TargetError.kind must be one of gated, not-found, offline, timeout, rate-limited, unreadable, ",
        ),
        (
            "pass",
            "return 'a text'",
            "modelcheck_open of acme crashed: TypeError: it returned str, which is not a Source: it has no kind, name, ",
        ),
        (
            "def files(self):\n        raise RuntimeError('closed')",
            f"return Shop({FILES}, 'acme/x', 'acme')",
            "source Shop of acme crashed: RuntimeError: closed (acme://x, opened by acme)",
        ),
        (
            "def shown(self, path):\n        raise RuntimeError('closed')",
            f"return Shop({FILES}, 'acme/x', 'acme')",
            "source Shop of acme crashed: RuntimeError: closed (acme://x, opened by acme)",
        ),
        (
            "@property\n    def reason(self):\n        raise RuntimeError('closed')",
            f"return Shop({FILES}, 'acme/x', 'acme')",
            "source Shop of acme crashed: RuntimeError: closed (acme://x, opened by acme)",
        ),
        (
            "def files(self):\n        return ['config.json']",
            f"return Shop({FILES}, 'acme/x', 'acme')",
            "files() returned list where a mapping of path to size is expected (acme://x, opened by acme), at site/",
        ),
        (
            "def read(self, path, limit):\n        return 'a text'",
            f"return Shop({FILES}, 'acme/x', 'acme')",
            "source Shop of acme crashed: TypeError: read('config.json') returned str where bytes is expected",
        ),
        (
            "def files(self):\n        return {'config.json': '3'}",
            f"return Shop({FILES}, 'acme/x', 'acme')",
            "files() returned the size '3' for config.json, where a number of bytes or None is expected",
        ),
        (
            "def files(self):\n        return {3: 3}",
            f"return Shop({FILES}, 'acme/x', 'acme')",
            "files() returned the path 3, which is int where str is expected",
        ),
        (
            "def shown(self, path):\n        return None",
            f"return Shop({FILES}, 'acme/x', 'acme')",
            "shown('README.md') returned NoneType where str is expected",
        ),
        (
            "name = None",
            "source = Shop({}, 'acme/x', 'acme')\n        source.name = 3\n        return source",
            "name is int where str",
        ),
    ],
)
def test_a_source_by_itself_and_in_a_file(method: str, code: str, said: str, modelcheck: Command, tmp_path: Path) -> None:
    site = plugin(tmp_path / "site", {"acme/__init__.py": SOURCE.format(method=method, code=code)})
    write_tree(tmp_path, TREE | {"two.yaml": TREE["compose.yaml"].replace("acme/x-base", "acme://x")})
    targets = ("acme://x", "model", "two.yaml", "compose.yaml")
    done = modelcheck("scan", *targets, "--offline", "--format", "json", cwd=tmp_path, env=plugin_path(site))
    crashes = [one["message"] for one in done.json["errors"]]
    assert done.code == 3
    assert any(said in crash for crash in crashes), crashes
    assert all("acme" in crash for crash in crashes)
    assert set(OTHERS) <= {one["rule"] for one in done.json["findings"]}
    assert {one["model"] for one in done.json["uses"]} == {"acme://x", "acme/x-base"}
