"""The cluster that the other tests here start, asked with plain HTTP."""

import socket

import pytest
from asking import Refused, ask
from nodes import Cluster, NotReached
from ports import Ports

COPIED = {"settings": {"number_of_shards": 2, "number_of_replicas": 1}}


def write(cluster: Cluster, text: str) -> None:
    cluster.ask("POST", "/speeches/_doc?refresh=true", {"text": text})


def count(url: str) -> int:
    return ask(url, "GET", "/speeches/_count")["count"]


def test_three_nodes_form_one_cluster_that_each_answers_for(cluster: Cluster) -> None:
    cluster.ask("PUT", "/speeches", COPIED)
    write(cluster, "peace")
    cluster.wait_for_status("green")
    assert cluster.health()["number_of_nodes"] == 3
    assert [count(url) for url in cluster.urls] == [1, 1, 1]


def test_without_one_killed_node_the_cluster_is_yellow_answers_and_takes_documents(
    cluster: Cluster,
) -> None:
    cluster.ask("PUT", "/speeches", COPIED)
    write(cluster, "peace")
    cluster.wait_for_status("green")
    cluster.kill(0)
    cluster.wait_for_nodes(2)
    assert cluster.health()["status"] == "yellow"
    assert count(cluster.urls[1]) == 1
    write(cluster, "treaty")
    with pytest.raises(OSError):
        ask(cluster.urls[0], "GET", "/")
    cluster.restart(0)
    cluster.wait_for_status("green")
    assert count(cluster.urls[0]) == 2


def test_one_node_of_three_alone_takes_no_document_until_the_others_go_on(
    cluster: Cluster,
) -> None:
    cluster.ask("PUT", "/speeches", COPIED)
    cluster.pause(1)
    cluster.pause(2)
    with pytest.raises((Refused, OSError)):
        ask(cluster.urls[0], "POST", "/speeches/_doc?timeout=3s", {"text": "lost?"}, timeout=15)
    cluster.resume(1)
    cluster.resume(2)
    cluster.wait_for_nodes(3)
    write(cluster, "peace")


def test_a_full_disk_refuses_documents_and_still_answers(cluster: Cluster) -> None:
    cluster.ask("PUT", "/speeches", COPIED)
    write(cluster, "peace")
    cluster.fill_disk("speeches")
    with pytest.raises(Refused) as refused:
        write(cluster, "too much")
    assert refused.value.status == 429
    assert "flood-stage" in refused.value.body
    assert count(cluster.urls[0]) == 1
    cluster.free_disk("speeches")
    write(cluster, "treaty")
    assert count(cluster.urls[0]) == 2


def test_a_red_index_lacks_a_part_until_its_node_is_back(cluster: Cluster) -> None:
    cluster.ask("PUT", "/speeches", COPIED)
    write(cluster, "peace")
    lost = cluster.make_red("speeches")
    assert cluster.health("speeches")["status"] == "red"
    with pytest.raises(Refused) as refused:
        cluster.ask("GET", "/speeches/_search?allow_partial_search_results=false")
    assert refused.value.status == 503
    cluster.restart(lost)
    cluster.wait_for_status("green", "speeches")
    assert count(cluster.urls[0]) == 1


def test_nodes_that_do_not_start_are_told_with_the_end_of_their_log() -> None:
    cluster = Cluster(heap="1k")
    with pytest.raises(NotReached, match=r"(?s)n0 ended.*Too small maximum heap"):
        cluster.start(1)
    assert cluster.urls == []


def test_no_port_is_given_twice_until_it_is_released() -> None:
    one, other = Ports(4), Ports(4)
    assert not {*one.numbers} & {*other.numbers}
    one.release()
    with socket.create_server(("127.0.0.1", one.numbers[0])):
        third = Ports(4)
        assert not {*third.numbers} & {one.numbers[0], *other.numbers}
        third.release()
    again = Ports(4)
    assert again.numbers == one.numbers
    again.release()
    other.release()
