"""Code of a plug-in shares the process with all others: it neither writes into the report nor changes what the others rely on."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from modelcheck.diverted import divert
from modelcheck.plugin_code import guard

from author_mistakes import GOOD, PACK, PAGE, READ, RULE
from conftest import Command, plugin, plugin_path, write_tree

API = "import contextlib, io, os, sys, threading\nfrom modelcheck.api import Finding, ModelCard, YamlFile, reader, rule\n"
BAD = RULE + "def bad(card: ModelCard):\n" + PAGE + "    {}\n    yield Finding('x')\n"
OF_FILE = READ + "def bad(file: YamlFile):\n    print('noise')\n    yield from ()\n"
AT_HOOK = PACK.replace("    registry.scan", "    print('noise')\n    registry.scan")
TREE = {f"m{number}/README.md": f"---\nlicense: mit\n---\n# {number}\n" for number in range(4)} | {
    "compose.yaml": "services:\n  a:\n    image: vllm/vllm-openai\n    command: --model acme/x-base --tool-call-parser y\n"
}
TARGETS = ("m0", "m1", "m2", "m3", "compose.yaml")
PRINTS = "prints to standard output, which is the report's. Yield a Finding, or write to sys.stderr"
LINE = 23

# Name → the files of the pack, and what is told: of which line, in which words. None: it is only kept out of the report.
PRINTING = {
    "print": (BAD.format("print('noise')"), LINE, PRINTS),
    "print without buffer": (BAD.format("print('noise', flush=True)"), LINE, PRINTS),
    "sys.stdout": (BAD.format("sys.stdout.write('noise')"), LINE, PRINTS),
    "bytes": (BAD.format("sys.stdout.buffer.write(b'noise'); sys.stdout.buffer.flush()"), None, ""),
    "the first standard output": (BAD.format("print('noise', file=sys.__stdout__, flush=True)"), None, ""),
    "a descriptor": (BAD.format("os.write(1, b'noise')"), None, ""),
    "a program": (BAD.format("os.system('echo noise')"), None, ""),
    "a thread": (BAD.format("t = threading.Thread(target=lambda: print('noise')); t.start(); t.join()"), LINE, PRINTS),
    "a reader": (OF_FILE, 5, PRINTS),
    "at the import": ("print('noise')\n" + BAD.format("pass"), 3, PRINTS),
    "closing": (BAD.format("sys.stdout.close(); print('noise')"), LINE, "closes standard output, which is the report's"),
    "another standard output": (BAD.format("sys.stdout = io.StringIO(); print('noise')"), None, ""),
    "one for a while": (BAD.format("with contextlib.redirect_stdout(io.StringIO()): print('noise')"), None, ""),
}


def site_of(folder: Path, code: str, hooks: str = PACK) -> Path:
    return plugin(folder / "site", {"acme/__init__.py": hooks, "acme/house/fine.py": GOOD, "acme/house/bad.py": API + code})


@pytest.mark.parametrize("jobs", ["1", "4"])
@pytest.mark.parametrize("case", PRINTING)
def test_what_a_plugin_prints_is_not_in_the_report(case: str, jobs: str, modelcheck: Command, tmp_path: Path) -> None:
    code, line, says = PRINTING[case]
    write_tree(tmp_path, TREE)
    env = plugin_path(site_of(tmp_path, code))
    done = modelcheck("scan", *TARGETS, "--offline", "--jobs", jobs, "--format", "json", cwd=tmp_path, env=env)
    assert "noise" not in done.out
    mistakes = {one["message"] for one in done.json["errors"]}
    if line is None:
        assert not mistakes
    else:
        assert any(one.startswith(f"the plug-in acme: site/acme/house/bad.py:{line}: ") and says in one for one in mistakes), (
            mistakes
        )
        assert done.code == 3
    assert {"house/fine", "deploy/base-weights-behind-chat"} <= {one["rule"] for one in done.json["findings"]}


@pytest.mark.parametrize(
    "words", [("scan", "m0", "--offline", "--format", "sarif"), ("rules",), ("plugins",), ("explain", "house/fine")]
)
def test_no_command_has_it_in_its_output(words: tuple[str, ...], modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, TREE)
    done = modelcheck(*words, cwd=tmp_path, env=plugin_path(site_of(tmp_path, BAD.format("pass"), AT_HOOK)))
    assert "noise" not in done.out
    assert "noise" in done.err
    assert f"site/acme/__init__.py:5: {PRINTS}" in done.out + done.err


def test_a_reporter_that_prints_is_told_after_its_report(modelcheck: Command, tmp_path: Path) -> None:
    hooks = "from modelcheck.api import hookimpl\n\ndef mine(report, style):\n    print('noise')\n    return 'whole'\n\n"
    hooks += "@hookimpl\ndef modelcheck_reporters():\n    return {'mine': mine}\n"
    write_tree(tmp_path, TREE)
    env = plugin_path(plugin(tmp_path / "site", {"acme/__init__.py": hooks}))
    done = modelcheck("scan", "m0", "--offline", "--format", "mine", cwd=tmp_path, env=env)
    assert (done.out, done.code) == ("whole\n", 3)
    assert f"Warning: the plug-in acme: site/acme/__init__.py:4: {PRINTS}" in done.err


PROCESS = {
    "working folder": ("os.chdir('/')", "RuntimeError: it changes the working folder, from which all paths are"),
    "working folder for a while": ("with contextlib.chdir('/'): pass", "RuntimeError: it changes the working folder"),
    "environment": ("os.environ['HF_HOME'] = '/'", "RuntimeError: it changes the environment, which all plug-ins share. Use env=…"),
    "environment, less": ("os.environ.clear()", "RuntimeError: it changes the environment"),
    "environment, more": ("os.environ.update(A='b')", "RuntimeError: it changes the environment"),
    "fork": ("os.fork()", "RuntimeError: it forks the process, and both would write the report. Start a program with subprocess"),
    "exec": ("os.execvp('true', ['true'])", "RuntimeError: it replaces the process, and nothing would be reported"),
    "input": ("input()", "RuntimeError: it asks for input, which a scan has nobody to give"),
    "path of modules": ("sys.path.clear()", "RuntimeError: it removes "),
    "Ctrl-C": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "the end of a generator": ("raise GeneratorExit", "GeneratorExit"),
    "an end of its own": ("raise type('Stop', (BaseException,), {})('now')", "Stop: now"),
}


@pytest.mark.parametrize("jobs", ["1", "4"])
@pytest.mark.parametrize("case", PROCESS)
def test_what_all_share_stays_as_it_is(case: str, jobs: str, modelcheck: Command, tmp_path: Path) -> None:
    code, says = PROCESS[case]
    write_tree(tmp_path, TREE)
    env = plugin_path(site_of(tmp_path, BAD.format(code)))
    done = modelcheck("scan", *TARGETS, "--offline", "--jobs", jobs, "--format", "json", cwd=tmp_path, env=env)
    crashes = [one["message"] for one in done.json["errors"]]
    assert (done.code, done.err) == (3, "")
    found_by_another = case == "path of modules" and jobs != "1"  # a thread may put back what another one has removed
    assert len(crashes) == 4 or (found_by_another and crashes)
    for crash in crashes:
        assert crash.startswith(f"house/bad of acme crashed: {says}"), crash
        assert f"at site/acme/house/bad.py:{'' if 'sys.path' in crash else LINE}" in crash
    assert {"house/fine", "deploy/base-weights-behind-chat"} <= {one["rule"] for one in done.json["findings"]}


ALLOWED = {
    "at the import": ("os.environ['ACME'] = '1'\n" + BAD.format("pass"), PACK),
    "in a hook": (BAD.format("pass"), PACK.replace("    registry", "    import os\n    os.environ['ACME'] = '1'\n    registry")),
    "more modules": ("sys.path.insert(0, 'lib')\n" + BAD.format("pass"), PACK),
    "a program elsewhere": (BAD.format("import subprocess; subprocess.run(['true'], cwd='/', env={}, check=True)"), PACK),
}


@pytest.mark.parametrize("case", ALLOWED)
def test_what_harms_nobody_is_allowed(case: str, modelcheck: Command, tmp_path: Path) -> None:
    code, hooks = ALLOWED[case]
    write_tree(tmp_path, TREE)
    env = plugin_path(site_of(tmp_path, code, hooks))
    done = modelcheck("scan", "m0", "--offline", "--format", "json", cwd=tmp_path, env=env)
    assert not done.json["errors"]
    assert (done.code, done.err) == (1, "")


def test_without_plugins_nothing_is_changed(capsys: pytest.CaptureFixture[str]) -> None:
    guard({})
    assert divert(lambda mistake: None) is None, "standard output is not the process's own here"
    sys.stdout.write("kept")
    assert capsys.readouterr().out == "kept"
