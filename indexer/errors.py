"""The tree of errors that Dragoman raises itself; each names the thing and the next step.

Nothing here catches or shows anything: the command line and the web turn these into exit codes
and HTTP statuses, and the web says messages in the language of its reader.
"""


class Message(str):
    """An English sentence that knows what it was made of, so that other languages can say it.

    Attributes:
        template: As `str.format` takes it. It stands in the call as a literal, from where the
            texts to translate are collected.
        values: What is filled in. A tuple is words, which are listed in quotation marks; a
            `Message` is said in the language of the whole.
    """

    __slots__ = ("template", "values")
    template: str
    values: dict[str, object]

    def __new__(cls, template: str, /, **values: object) -> "Message":
        """The template with its values filled in."""
        filled = {
            name: ", ".join(f"‘{word}’" for word in value) if isinstance(value, tuple) else value
            for name, value in values.items()
        }
        made = super().__new__(cls, template.format(**filled))
        made.template = template
        made.values = values
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        """How a copy is made, in another process too."""
        return (self.template,), self.values


def in_english(text: str) -> Message:
    """A message for who runs the machines: said in English in every language."""
    return Message("{text}", text=text)


class DragomanError(Exception):
    """Root of all errors a user can meet; its message is a plain sentence with the next step."""


class SayableError(DragomanError):
    """An error that a page can show, in the language of its reader.

    Attributes:
        message: What is wrong and what to do next.
    """

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


class ReadError(DragomanError):
    """A file or record can't be read as a document; the message is the reason."""


class CollectionError(DragomanError):
    """A collection's folder is missing, unreadable or suddenly empty."""


class SettingsError(CollectionError):
    """Something in a folder's `dragoman.toml` is wrong; the message names the file and line."""


class IndexProblem(SayableError):
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


class DocumentMissing(SayableError):
    """No document with this id is in the index."""


class DateError(SayableError):
    """A text can't be read as a date."""


class TransferError(DragomanError):
    """A file that moves an index is damaged, foreign or too new, or there is no room for it."""
