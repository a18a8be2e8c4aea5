"""Dragoman beside other engines, on the same words: the parts of `tests/benchmarks/engines.py`."""
