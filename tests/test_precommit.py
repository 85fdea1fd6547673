"""Our hooks, run by the real pre-commit in a git repository of their own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from modelcheck.plugins import Plugins
from modelcheck.version import VERSION

from conftest import ROOT, clean_environment, write_tree

COMPOSE = (ROOT / "fixtures/chat-on-base/compose.yaml").read_text()


def git(*words: str, cwd: Path) -> str:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false", *words]
    return subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A git repository that holds what we ship, as a user's pre-commit would clone it."""
    folder = tmp_path_factory.mktemp("hooks")
    for name in ("modelcheck", "rules", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        subprocess.run(["cp", "-r", ROOT / name, folder / name], check=True)
    git("init", "-q", cwd=folder)
    git("add", "-A", cwd=folder)
    git("commit", "-qm", "as shipped", cwd=folder)
    git("tag", f"v{VERSION}", cwd=folder)
    return folder


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps the environment that it installs us into, once for all runs, as on a user's machine."""
    return tmp_path_factory.mktemp("pre-commit-home")


def run_hook(hooks: Path, cache: Path, repository: Path, hook: str) -> subprocess.CompletedProcess[str]:
    """Run one hook over every file of a repository, whose configuration names our repository and a commit of it."""
    commit = git("rev-parse", "HEAD", cwd=hooks).strip()
    config = {"repos": [{"repo": str(hooks), "rev": commit, "hooks": [{"id": hook}]}]}
    write_tree(repository, {".pre-commit-config.yaml": yaml.safe_dump(config)})
    git("init", "-q", cwd=repository)
    git("add", "-A", cwd=repository)
    command = [sys.executable, "-m", "pre_commit", "run", hook, "--all-files", "--verbose", "--color", "never"]
    # No Hub answers here: a hook that asked one would fail.
    environment = clean_environment(PRE_COMMIT_HOME=str(cache), HF_HOME=str(repository / ".none"))
    environment.pop("PYTHONPATH", None)
    return subprocess.run(command, cwd=repository, capture_output=True, text=True, env=environment, check=False)


def test_the_hook_gets_every_file_that_a_reader_takes() -> None:
    hook = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())[0]
    for reader in Plugins().registry.readers.values():
        for pattern in reader.files if reader.name != "formats/markdown" else ():
            name = pattern.replace("*.y*ml", "x.yaml").replace("*", "x")
            assert re.search(hook["files"], f"deploy/{name}"), f"{reader.name}: {pattern}"
    assert re.search(hook["exclude"], "weights/tokenizer_config.json")
    assert not re.search(hook["exclude"], "deploy/task.json")


@pytest.mark.slow
def test_the_deployment_hook_stops_a_chat_on_base_weights_and_lets_its_twin_pass(hooks: Path, cache: Path, tmp_path: Path) -> None:
    bad = write_tree(tmp_path / "bad", {"deploy/compose.yaml": COMPOSE, "other.yaml": "a: 1\n", "README.md": "# Not a card\n"})
    done = run_hook(hooks, cache, bad, "modelcheck")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "deploy/compose.yaml:7:15: error:" in done.stdout
    good = write_tree(tmp_path / "good", {"deploy/compose.yaml": COMPOSE.replace("Meta-Llama-3-8B", "Meta-Llama-3-8B-Instruct")})
    done = run_hook(hooks, cache, good, "modelcheck")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_the_card_hook_checks_cards_and_passes_over_other_readmes(hooks: Path, cache: Path, tmp_path: Path) -> None:
    files = {"README.md": "# A project\n", "model/README.md": "---\nlanguage: en\npipeline_tag: text-generation\n---\n# A model\n"}
    done = run_hook(hooks, cache, write_tree(tmp_path / "cards", files), "modelcheck-card")
    assert "model/README.md:1:1: warning:" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0
    broken = {"model/README.md": "---\nlicense: [mit\n---\n"}
    done = run_hook(hooks, cache, write_tree(tmp_path / "broken", broken), "modelcheck-card")
    assert done.returncode == 1
    assert "model/README.md:3:1: error:" in done.stdout
    assert os.sep not in done.stdout.split("[unreadable-file]")[0].split("model/README.md")[0][-1:]


def documented(page: str, hooks: Path) -> str:
    """The pre-commit configuration that a page shows, with our address in place of the stand-in."""
    blocks = re.findall(r"^```yaml\n(# \.pre-commit-config\.yaml\n.*?)^```", (ROOT / page).read_text(), re.MULTILINE | re.DOTALL)
    (text,) = blocks
    text = text if "repos:" in text else f"repos:\n{text}"  # the readme shows an entry of the list
    assert "…/modelcheck" in text
    return text.replace("…/modelcheck", str(hooks))


@pytest.mark.slow
@pytest.mark.parametrize("page", ["README.md", "docs/ci.md"])
@pytest.mark.parametrize("program", ["pre-commit", "prek"])
def test_the_documented_configuration_works(program: str, page: str, hooks: Path, cache: Path, tmp_path: Path) -> None:
    files = {"deploy/compose.yaml": COMPOSE, "model/README.md": "---\nlicense: [mit\n---\n"}
    write_tree(tmp_path, files | {".pre-commit-config.yaml": documented(page, hooks)})
    git("init", "-q", cwd=tmp_path)
    git("add", "-A", cwd=tmp_path)
    if program == "prek":
        found = shutil.which("prek", path=os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])))
        command = [found or pytest.skip("prek is not installed (pip install .[dev])"), "run", "--all-files", "--color", "never"]
    else:
        command = [sys.executable, "-m", "pre_commit", "run", "--all-files", "--color", "never"]
    environment = clean_environment(PRE_COMMIT_HOME=str(cache), PREK_HOME=str(cache / "prek"), HF_HOME=str(tmp_path / ".none"))
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "deploy/compose.yaml:7:15: error:" in done.stdout
    assert "model/README.md:3:1: error:" in done.stdout


def test_the_manifest_is_valid() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
