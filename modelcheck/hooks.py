"""The markers of modelcheck's hooks. ``hookspecs`` declares the hooks; whoever implements one needs this module only."""

from __future__ import annotations

import pluggy

hookspec = pluggy.HookspecMarker("modelcheck")
hookimpl = pluggy.HookimplMarker("modelcheck")
