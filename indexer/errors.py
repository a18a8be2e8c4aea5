"""The tree of errors that Dragoman raises itself; each names the thing and the next step.

Nothing here catches or formats anything: the command line and the web turn these into exit codes
and HTTP statuses.
"""


class DragomanError(Exception):
    """Root of all errors a user can meet; its message is a plain sentence with the next step."""


class ReadError(DragomanError):
    """A file or record can't be read as a document; the message is the reason."""


class CollectionError(DragomanError):
    """A collection's folder is missing, unreadable or suddenly empty."""


class SettingsError(CollectionError):
    """Something in a folder's `dragoman.toml` is wrong; the message names the file and line."""


class IndexProblem(DragomanError):
    """Something is wrong with an index as a whole."""


class IndexMissing(IndexProblem):
    """There is no index in the directory."""


class IndexStale(IndexProblem):
    """The index was built by another version of the analyzer, schema or dictionaries."""


class IndexForeign(IndexProblem):
    """The directory holds an index that Dragoman did not make."""


class IndexDamaged(IndexProblem):
    """A file of the index is missing, cut short or altered."""


class IndexLocked(IndexProblem):
    """Another process is writing to the index."""


class ClusterError(IndexProblem):
    """A cluster can't be reached, refuses what it is asked for or is not as it should be."""


class DocumentMissing(DragomanError):
    """No document with this id is in the index."""


class DateError(DragomanError):
    """A text can't be read as a date."""


class TransferError(DragomanError):
    """A file that moves an index is damaged, foreign or too new, or there is no room for it."""
