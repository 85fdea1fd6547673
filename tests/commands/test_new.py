"""``modelcheck new``: what it writes installs and passes its tests, the linters and the checks for plug-ins."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from itertools import combinations
from pathlib import Path

import pytest
from modelcheck.commands.new_pack.files import pack_files, part_files, write_files
from modelcheck.commands.new_pack.names import KINDS, PartName, read_pack_name
from modelcheck.commands.new_pack.places import Place

from conftest import ROOT, Command, clean_environment, plugin_path, write_tree

LONGEST = "a-name-of-as-many-letters-as-there-may-be"[:40]


def site_of(pack: Path) -> Path:
    """A folder that is as if the pack was installed into it: its package, and the metadata of a wheel."""
    name = pack.name
    package = name.replace("-", "_")
    metadata = {
        "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.1.0\n",
        "entry_points.txt": f"[modelcheck]\n{name} = {package}\n",
    }
    site = write_tree(pack.parent / "site", {f"{package}-0.1.0.dist-info/{file}": text for file, text in metadata.items()})
    if not (site / package).exists():
        (site / package).symlink_to(pack / package)
    return site


def run(*words: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *map(str, words)],
        cwd=cwd,
        capture_output=True,
        text=True,
        env=clean_environment(**(env or {})),
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def passes(pack: Path, checks: int) -> None:
    """Its own tests pass, and at least so many tests and checks run."""
    out = run("pytest", "-q", "-p", "no:cacheprovider", cwd=pack, env=plugin_path(site_of(pack)))
    assert int(out.splitlines()[-1].split(" passed")[0]) >= checks, out


@pytest.mark.parametrize("kind", KINDS)
def test_an_example_of_each_kind_passes_its_tests_and_the_checks_for_plugins(
    kind: str, modelcheck: Command, tmp_path: Path
) -> None:
    done = modelcheck("new", "acme-checks", "--with", kind, cwd=tmp_path)
    assert (done.code, done.out.splitlines()[0]) == (0, f"wrote acme-checks/ with a {kind}. Next:"), done.err
    passes(tmp_path / "acme-checks", 3)


def test_every_combination_of_kinds_and_the_longest_name_is_clean(tmp_path: Path) -> None:
    packs = {f"p{number}": kinds for number, kinds in enumerate(every_combination())} | {LONGEST: KINDS}
    assert len(packs) == 64
    for name, kinds in packs.items():
        write_files(tmp_path / name, pack_files(name, read_pack_name(name), kinds))
    longest = tmp_path / LONGEST
    place = Place(longest, longest / LONGEST.replace("-", "_"), longest / "tests")
    for kind in ("rule", "signal", "fact", "reader"):
        write_files(longest, part_files(kind, PartName("a" * 32, f"{kind}-{'b' * (31 - len(kind))}"), place))
    run("ruff", "check", ".", cwd=tmp_path)
    run("ruff", "format", "--check", ".", cwd=tmp_path)
    packages = [folder.parent for folder in tmp_path.glob("*/*/__init__.py")]
    assert len(packages) == 64
    run("mypy", "--strict", "--cache-dir", tmp_path.parent / "mypy", *packages, cwd=tmp_path)


def every_combination() -> list[tuple[str, ...]]:
    return [kinds for size in range(1, len(KINDS) + 1) for kinds in combinations(KINDS, size)]


def test_what_it_brings_is_listed_and_runs(modelcheck: Command, tmp_path: Path) -> None:
    assert modelcheck("new", "acme-checks", "--with", ",".join(KINDS), cwd=tmp_path).code == 0
    env = plugin_path(site_of(tmp_path / "acme-checks"))
    write_tree(tmp_path, {"m/README.md": "---\nlicense: mit\n---\n# A!\n", "m/x.models": "chat = acme/x-base\n"})
    listed = modelcheck("plugins", cwd=tmp_path, env=env).out
    assert "1 rule, 1 signal, 1 reader, 1 fact" in next(line for line in listed.splitlines() if line.startswith("acme-checks"))
    done = modelcheck("scan", "m", "--offline", "--format", "acme-checks", cwd=tmp_path, env=env)
    assert "note\tacme-checks/title-shouts\tm/README.md:4\tthe title has 1 exclamation marks" in done.out.splitlines()
    assert "deploy/base-weights-behind-chat\tm/x.models:1:8" in done.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["../x"], "'../x' cannot be used: a pack is called by words in lower case"),
        (["a b"], "'a b' cannot be used"),
        ([""], "'' cannot be used"),
        (["class"], "no keyword of Python"),
        (["Acme"], "words in lower case"),
        (["-x"], "No such option"),
        (["9x"], "words in lower case"),
        (["x-"], "words in lower case"),
        (["é"], "words in lower case"),
        (["x" * 41], "longer than 40 characters"),
        (["json"], "already a Python package json"),
        (["yaml"], "already a Python package yaml"),
        (["tests"], "already a Python package tests"),
        (["modelcheck"], "already a Python package modelcheck"),
        (["there"], "there exists already, and modelcheck new overwrites nothing"),
        (["link"], "link exists already"),
        (["file"], "file exists already"),
        (["x", "--with", "rules"], "unknown kind 'rules'; did you mean 'rule'?"),
        (["x", "y/z"], "modelcheck new rule y/z"),
        (["rule"], "give the rule a name: modelcheck new rule AREA/NAME"),
        (["rule", "x"], "it must be AREA/NAME"),
        (["rule", "a/../b"], "it must be AREA/NAME"),
        (["rule", "a/class"], "it must be AREA/NAME"),
        (["rule", "a/b", "--with", "rule"], "--with is for a new pack"),
        (["rule", "a/b"], "no pyproject.toml with a modelcheck entry point here or above"),
        (["source", "a/b"], "a source is a hook of the whole pack"),
    ],
)
def test_what_cannot_be_written_is_refused(words: list[str], said: str, modelcheck: Command, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    (tmp_path / "file").write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    done = modelcheck("new", *words, cwd=tmp_path)
    assert (done.code, said in " ".join(done.err.split())) == (2, True), done.err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.fixture
def pack(modelcheck: Command, tmp_path: Path) -> Path:
    assert modelcheck("new", "acme-checks", cwd=tmp_path).code == 0
    return tmp_path / "acme-checks"


def test_parts_are_added_to_a_pack_from_any_of_its_folders(pack: Path, modelcheck: Command) -> None:
    wrote = modelcheck("new", "rule", "house-rules/no-shouting", cwd=pack / "tests").out
    assert wrote.splitlines() == [
        "wrote acme_checks/house_rules/__init__.py",
        "wrote acme_checks/house_rules/no_shouting.py",
        "wrote tests/test_house_rules_no_shouting.py",
    ]
    for kind in ("rule", "signal", "fact", "reader"):
        assert modelcheck("new", kind, f"acme-checks/a-{kind}", cwd=pack).code == 0
        assert modelcheck("new", kind, f"{LONGEST[:32].strip('-')}/{kind}-{'x' * (31 - len(kind))}", cwd=pack).code == 0
    run("ruff", "check", ".", cwd=pack)
    run("ruff", "format", "--check", ".", cwd=pack)
    passes(pack, 30)


def test_a_part_never_overwrites(pack: Path, modelcheck: Command) -> None:
    path = pack / "tests/test_house_shouts.py"
    path.write_text("mine")
    done = modelcheck("new", "rule", "house/shouts", cwd=pack)
    assert (done.code, "test_house_shouts.py exists already" in " ".join(done.err.split())) == (2, True), done.err
    assert path.read_text() == "mine"
    assert not (pack / "acme_checks/house").exists()


def test_a_part_is_not_written_through_a_link(pack: Path, modelcheck: Command, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (pack / "acme_checks/house").symlink_to(tmp_path / "elsewhere")
    done = modelcheck("new", "rule", "house/shouts", cwd=pack)
    assert (done.code, "one of its folders is a link" in " ".join(done.err.split())) == (2, True), done.err
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[project", "cannot be read"),
        ('[project.entry-points.modelcheck]\na = "gone"\n', "has no package gone/ or src/gone/"),
        ('[project.entry-points.modelcheck]\na = "../x"\n', "names '../x'"),
        ("project = 3\n", "no pyproject.toml with a modelcheck entry point"),
    ],
)
def test_a_project_that_is_no_pack_is_told(text: str, said: str, modelcheck: Command, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    done = modelcheck("new", "rule", "a/b", cwd=tmp_path)
    assert (done.code, said in " ".join(done.err.split())) == (2, True), done.err


def test_a_rule_is_added_to_our_own(modelcheck: Command, tmp_path: Path) -> None:
    copy = write_tree(
        tmp_path, {"rules/modelcheck_rules/card/__init__.py": "", "pyproject.toml": (ROOT / "pyproject.toml").read_text()}
    )
    done = modelcheck("new", "rule", "card/title-shouts", cwd=copy)
    assert (done.code, done.out.splitlines()) == (
        0,
        [
            "wrote rules/modelcheck_rules/card/title_shouts.py",
            "wrote tests/rules/card/test_title_shouts.py",
            "Next: python tests/tools/generate_docs.py",
        ],
    )
    run("ruff", "check", ".", cwd=copy)
    run("ruff", "format", "--check", ".", cwd=copy)
    assert modelcheck("new", "reader", "card/x", cwd=copy).code == 2


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a folder in which root cannot write either")
def test_a_file_that_cannot_be_written_is_told(modelcheck: Command) -> None:
    done = modelcheck("new", "acme-checks", cwd=Path("/proc"))
    assert (done.code, "cannot write" in done.err) == (2, True), done.err


@pytest.mark.slow
def test_all_six_install_with_pip_and_pass(modelcheck: Command, tmp_path: Path) -> None:
    assert modelcheck("new", "acme-checks", "--with", ",".join(KINDS), cwd=tmp_path).code == 0
    pack = tmp_path / "acme-checks"
    run("mypy", "--cache-dir", tmp_path.parent / "mypy", cwd=pack)
    venv.create(tmp_path / "venv")
    python = tmp_path / "venv/bin/python"
    target = next((tmp_path / "venv/lib").glob("python*/site-packages"))
    borrowed = [path for path in sys.path if path.endswith("site-packages")]
    (target / "borrowed.pth").write_text("\n".join([*borrowed, str(ROOT), str(ROOT / "rules")]) + "\n")
    options = ("-q", "--no-deps", "--no-index", "--no-build-isolation")
    install = [sys.executable, "-m", "pip", "--python", python, "install", *options, pack]
    done = subprocess.run(install, capture_output=True, text=True, env=clean_environment(), check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    tests = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(tests, cwd=pack, capture_output=True, text=True, env=clean_environment(), check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    scan = [python, "-m", "modelcheck", "scan", "acme-checks://thing", "--offline", "--format", "json"]
    write_tree(tmp_path / "store/thing", {"config.json": '{"model_type": "llama"}'})
    env = clean_environment(ACME_CHECKS_STORE=str(tmp_path / "store"))
    done = subprocess.run(scan, cwd=tmp_path, capture_output=True, text=True, env=env, check=False)
    assert json.loads(done.stdout)["checkpoints"][0]["source"] == "acme-checks", done.stderr
