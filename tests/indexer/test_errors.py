"""Messages: English sentences that know what they were made of."""

import pickle

from dragoman.indexer.errors import DateError, Message


def test_a_message_is_its_english_and_keeps_what_was_filled_in() -> None:
    message = Message("{words} of {text}: {most:,}", words=("a", "b"), text="{c}", most=2048)
    assert message == "‘a’, ‘b’ of {c}: 2,048"
    assert message.template == "{words} of {text}: {most:,}"
    assert message.values == {"words": ("a", "b"), "text": "{c}", "most": 2048}


def test_an_error_keeps_its_message_on_the_way_from_another_process() -> None:
    message = Message("‘{text}’ is no date", text="{someday}")
    error = pickle.loads(pickle.dumps(DateError(message)))  # noqa: S301
    assert str(error) == "‘{someday}’ is no date"
    assert (error.message.template, error.message.values) == (message.template, message.values)
