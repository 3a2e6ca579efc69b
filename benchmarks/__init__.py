"""How fast the house is, as ratios measured in one run: `python -m benchmarks [name …]`, all when none is named.

A bench is a module here with `run()` that yields result lines, each with its goal. Seconds are noted and fail nothing.
"""
