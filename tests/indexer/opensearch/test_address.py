"""What a cluster's URL says: nodes, login and name; a password is never told."""

import base64

import pytest

from dragoman.indexer.errors import ClusterError
from dragoman.indexer.opensearch.address import address_of, without_login


def login_of(url: str) -> str:
    (host,) = address_of(url).hosts
    told = host["headers"]["authorization"].removeprefix("Basic ")
    return base64.b64decode(told).decode()


def test_nodes_and_name_are_told_without_a_login() -> None:
    address = address_of("https://me:secret@one/mid, https://me:secret@two:9201")
    assert [(h["host"], h["port"], h["use_ssl"]) for h in address.hosts] == [
        ("one", 443, True), ("two", 9201, True)
    ]  # fmt: skip
    assert (address.name, address.user) == ("mid", "me")
    assert address.shown == "https://one:443,https://two:9201/mid"
    assert address.first == "https://one:443"
    assert address_of("http://one").shown == "http://one:9200/dragoman"


def test_a_password_may_have_any_character() -> None:
    assert login_of("https://me:a%2Fb%40c%3A%D1%88@one:9200") == "me:a/b@c:ш"
    assert "headers" not in address_of("http://one:9200").hosts[0]


@pytest.mark.parametrize(
    "url",
    [
        "https://me:my/secret@one:9200", "https://me:my#secret@one", "https://me:my?secret@one",
        "https://me:my,secret@one", "htps://me:mysecret@one", "https://me:mysecret@one:port",
        "http://one:9200,https://me:my/secret@two:9200", "https://me:my@secret@one:0",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_told_with_its_remedy_and_without_the_password(url: str) -> None:
    with pytest.raises(ClusterError, match=r"is no address of a cluster.*(write it like|%2F)") as e:
        address_of(url)
    assert "my" not in str(e.value)
    assert "secret" not in str(e.value)


def test_all_that_stands_before_an_at_is_left_out() -> None:
    assert without_login("https://a:b/c@one,https://a:b@c@two:1/x") == "https://one,https://two:1/x"
    assert without_login("http://one:9200") == "http://one:9200"
