"""The evidence: bundles that a stranger can check with stock tools.

Writers: `log` (the chained log), `bundle` (one session's folder), `recover` (after a crash).
Readers: `layout` (names and shapes), `reading`, `verify`. Readers import no writer.
"""
