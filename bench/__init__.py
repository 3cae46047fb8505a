"""Peers side by side on the same arrays, answers checked before a time is taken.

`python -m bench.measure` runs all of it; `bench/README.md` holds the result.
"""
