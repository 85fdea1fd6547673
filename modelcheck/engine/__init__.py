"""Makes each fact once, on demand, within budget; runs rules and signals on them; holds crashes apart."""
