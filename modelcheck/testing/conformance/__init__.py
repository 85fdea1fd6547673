"""Whether an installed plug-in keeps what modelcheck expects of plug-ins: ``pytest --modelcheck-conformance PACK``."""
