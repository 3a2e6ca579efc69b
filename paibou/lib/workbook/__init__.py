"""Workbooks as they arrive. `reader` is called; `child`, `look` and `texts` run in a process of its own.

Empty on purpose: the child imports this package and must start within milliseconds.
"""
