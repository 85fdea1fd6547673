from __future__ import annotations

from pathlib import Path

import pytest
from modelcheck.config import Settings, check_names, find_config, load_config
from modelcheck.errors import Misuse
from modelcheck.findings import Cost, Severity
from modelcheck.plugins import Plugins


def written(folder: Path, text: str, name: str = "modelcheck.toml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_every_key_is_read(tmp_path: Path) -> None:
    settings = load_config(
        written(
            tmp_path,
            'select = ["card"]\nfail-on = "warning"\nbudget = "files"\noffline = true\nexclude = ["docs/*"]\n'
            '[ignore]\n"card/license-missing" = "internal models"\n[disable-plugins]\nacme = "too slow"\n'
            '[rules."template/turn-end-not-eos"]\nseverity = "note"\nignore = ["<|end|>"]\n',
        )
    )
    assert settings.select == ("card",)
    assert settings.fail_on is Severity.WARNING
    assert settings.budget is Cost.FILES
    assert settings.offline
    assert settings.exclude == ("docs/*",)
    assert settings.ignore == {"card/license-missing": "internal models"}
    assert settings.disabled_plugins == {"acme": "too slow"}
    assert settings.options("template/turn-end-not-eos") == {"ignore": ["<|end|>"]}
    assert settings.severity("template/turn-end-not-eos", Severity.ERROR) is Severity.NOTE
    check_names(settings, Plugins().registry)


def test_the_nearest_file_wins_and_a_project_without_our_table_is_none(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    written(tmp_path, "[tool.modelcheck]\noffline = true\n", "pyproject.toml")
    written(tmp_path / "a", "[tool.other]\n", "pyproject.toml")
    assert find_config(inner) == tmp_path / "pyproject.toml"
    assert load_config(tmp_path / "pyproject.toml").offline
    written(tmp_path / "a", "offline = false\n")
    assert find_config(inner) == tmp_path / "a" / "modelcheck.toml"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('fail_on = "error"', 1, "unknown key 'fail_on'; did you mean 'fail-on'"),
        ('\nfail-on = "eror"', 2, "not 'eror'; did you mean 'error'"),
        ("select = 'card'", 1, "select must be a list"),
        ("select = [1]", 1, "select must be a list"),
        ("ignore = ['card']", 1, "ignore must be a table"),
        ("[ignore]\n\"card\" = ''", 2, "needs a reason"),
        ('[ignore]\n"card" = 3', 2, "needs a reason"),
        ("offline = 'yes'", 1, "true or false"),
        ("budget = 3", 1, "one of files"),
        ("exclude = 1", 1, "list of path patterns"),
        ("disable-plugins = 1", 1, "a table of plug-in"),
        ("rules = 1", 1, "a table of rule"),
        ("[rules]\ncard = 1", 2, "must be a table of options"),
        ("a = [", None, "not valid TOML"),
        ("a = '\udcff'", None, "not valid TOML"),
    ],
)
def test_what_does_not_fit_names_the_file_the_line_and_what_would(tmp_path: Path, text: str, line: int | None, says: str) -> None:
    path = tmp_path / "modelcheck.toml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(Misuse) as raised:
        load_config(path)
    message = str(raised.value)
    assert says in message
    assert message.startswith(f"{path}:{line}: " if line else f"{path}: ")


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (Settings(select=("crd",)), "unknown rule or area 'crd'; did you mean 'card'"),
        (Settings(ignore={"card/licence-missing": "x"}), "did you mean 'card/license-missing'"),
        (Settings(rules={"card/nothing": {}}), "unknown rule 'card/nothing'"),
        (Settings(rules={"template/turn-end-not-eos": {"ignored": []}}), "did you mean 'ignore'"),
        (Settings(rules={"template/turn-end-not-eos": {"ignore": "x"}}), "must be of the type list of strings"),
        (Settings(rules={"template/turn-end-not-eos": {"severity": "bad"}}), "severity must be one of note, warning, error"),
    ],
)
def test_names_that_nobody_brought_are_refused_with_the_nearest(settings: Settings, says: str) -> None:
    with pytest.raises(Misuse, match=says):
        check_names(settings, Plugins().registry)
