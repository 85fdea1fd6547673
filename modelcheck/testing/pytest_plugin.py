"""The pytest plug-in: each helper of ``modelcheck.testing`` as a fixture, ``modelcheck_check`` and so on, and the option
``--modelcheck-conformance``.

The rest is imported inside the functions: pytest loads this module in every environment where modelcheck is installed, before
pytest-cov starts to measure.
"""

from __future__ import annotations

from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("modelcheck", "plug-ins of modelcheck")
    group.addoption(
        "--modelcheck-conformance",
        action="append",
        default=[],
        metavar="PACK",
        help="also check the installed plug-in PACK of modelcheck: documentation, examples, options, hostile files, imports, and "
        "that every run gives the same result. Repeatable",
    )
    group.addoption(
        "--modelcheck-target",
        action="append",
        default=[],
        metavar="TARGET",
        help="a target that the plug-in of --modelcheck-conformance opens, such as acme://thing. Repeatable",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add the checks of the plug-ins that the option names."""
    packs = config.getoption("--modelcheck-conformance")
    if packs:  # one may be in addopts and on the command line
        from modelcheck.testing.conformance import collecting

        items.extend(collecting.items(session, list(dict.fromkeys(packs)), config.getoption("--modelcheck-target")))


def _helper(name: str) -> Any:
    from modelcheck import testing

    return getattr(testing, name)


@pytest.fixture(scope="session")
def modelcheck_check() -> Any:
    """``modelcheck.testing.check``: what a rule finds in files."""
    return _helper("check")


@pytest.fixture(scope="session")
def modelcheck_examples() -> Any:
    """``modelcheck.testing.check_examples``: runs the examples of a rule's docstring."""
    return _helper("check_examples")


@pytest.fixture(scope="session")
def modelcheck_judge() -> Any:
    """``modelcheck.testing.judge``: the verdict on a checkpoint."""
    return _helper("judge")


@pytest.fixture(scope="session")
def modelcheck_observe() -> Any:
    """``modelcheck.testing.observe``: the evidence of one signal."""
    return _helper("observe")


@pytest.fixture(scope="session")
def modelcheck_read_fact() -> Any:
    """``modelcheck.testing.read_fact``: a fact of a checkpoint."""
    return _helper("read_fact")


@pytest.fixture(scope="session")
def modelcheck_read_uses() -> Any:
    """``modelcheck.testing.read_uses``: the models that deployment files use."""
    return _helper("read_uses")


@pytest.fixture(scope="session")
def modelcheck_open_source() -> Any:
    """``modelcheck.testing.open_source``: the checked source of a target."""
    return _helper("open_source")


@pytest.fixture(scope="session")
def modelcheck_render_report() -> Any:
    """``modelcheck.testing.render_report``: a report in an output format."""
    return _helper("render_report")
