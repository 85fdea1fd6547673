"""modelcheck detects whether an LLM checkpoint is a base or an instruct model, and lints its metadata files.

    import modelcheck

    judgement = modelcheck.judge("Qwen/Qwen2.5-7B-Instruct")
    judgement.label  # "instruct"

Everything else is imported when it is first used, so ``import modelcheck`` costs nothing. Rules import ``modelcheck.api``.
"""

from typing import TYPE_CHECKING, Any

from modelcheck.version import VERSION

if TYPE_CHECKING:
    from modelcheck.errors import TargetError as TargetError
    from modelcheck.judgement import Capabilities as Capabilities
    from modelcheck.judgement import Capability as Capability
    from modelcheck.judgement import Judgement as Judgement
    from modelcheck.judgement import Observation as Observation
    from modelcheck.judgement import Stops as Stops
    from modelcheck.judgement import judge as judge

__version__ = VERSION
__all__ = ["Capabilities", "Capability", "Judgement", "Observation", "Stops", "TargetError", "__version__", "judge"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module("modelcheck.errors" if name == "TargetError" else "modelcheck.judgement"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
