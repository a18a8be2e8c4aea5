"""The command line: arguments in, the query module's and the indexer's answers out.

Results go to standard output, everything else to standard error. Decides nothing about searching.
"""

from dragoman.search.cli.main import main

__all__ = ["main"]
