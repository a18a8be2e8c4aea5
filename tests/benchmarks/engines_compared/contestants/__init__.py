"""The engines of the comparison, one module each: `build` and `open`."""
