"""Decoded arrays remembered within a bound of bytes, the latest used ones.

In: values with their sizes. Out: the same values, as long as there is room. Remembers no results.
"""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Remembered(Generic[Key, Value]):
    """Values by key; safe to share between threads.

    Args:
        at_most: Bytes; the value added last is kept even if it alone is larger.
    """

    def __init__(self, at_most: int) -> None:
        self._at_most = at_most
        self._values: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._n_bytes = 0
        self._lock = Lock()

    def get(self, key: Key) -> Value | None:
        """The value, which counts as used now, or None."""
        with self._lock:
            found = self._values.get(key)
            if found is None:
                return None
            self._values.move_to_end(key)
            return found[0]

    def add(self, key: Key, value: Value, n_bytes: int) -> None:
        """Remembers a value; forgets those that were not used for longest."""
        with self._lock:
            _, before = self._values.pop(key, (value, 0))
            self._values[key] = value, n_bytes
            self._n_bytes += n_bytes - before
            while self._n_bytes > self._at_most and len(self._values) > 1:
                _, (_, dropped) = self._values.popitem(last=False)
                self._n_bytes -= dropped
