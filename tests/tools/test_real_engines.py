"""Installing engines: nothing is installed twice, or where there is no room for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.real_engines.install import DONE, ENGINES, Engine, install, installed, python_of
from tools.real_engines.serving import Setup, cannot


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("MODELCHECK_REAL_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


def test_an_engine_that_does_not_fit_is_refused_before_anything_is_written(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENGINES, "vast", Engine(("vast==1",), 10**9, "vast"))
    with pytest.raises(OSError, match="vast needs 1e\\+09 GB while it is installed"):
        install("vast")
    assert not list(models.iterdir())


@pytest.mark.parametrize("name", ENGINES)
def test_what_is_installed_is_left_as_it_is(name: str, models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = python_of(name).parents[1]
    assert not installed(name)
    home.mkdir(parents=True)
    (home / DONE).touch()
    assert install(name) == python_of(name)
    assert capsys.readouterr().out == f"{name}: is installed in {home}\n"
    assert [path.name for path in home.iterdir()] == [DONE]


def test_every_engine_serves_an_instruct_and_a_base_model_or_says_why_not() -> None:
    assert not any(cannot(engine, Setup(model)) for engine in (*ENGINES, "transformers") for model in ("instruct", "base"))
