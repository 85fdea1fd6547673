"""Prints what each part of a plug-in makes of its inputs, for ``checks``, which compares processes: part → [first, second time]."""

from __future__ import annotations

import json
import sys

from modelcheck.testing.conformance.outcomes import outcomes
from modelcheck.testing.conformance.pack import find_pack

sys.stdout.write(json.dumps(outcomes(find_pack(sys.argv[1]))))
