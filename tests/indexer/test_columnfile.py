"""Arrays in one file: what goes in comes out, and damage is told."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.indexer import columnfile
from dragoman.indexer.columnfile import ColumnFile, ColumnFileWriter, Spool
from dragoman.indexer.errors import IndexDamaged, IndexForeign
from dragoman.indexer.string_tables import StringTable, add_strings


def written(folder: Path) -> Path:
    path = folder / "x.columns"
    with ColumnFileWriter(path) as writer:
        writer.add("small", np.arange(5, dtype=np.uint32))
        writer.add("empty", np.zeros(0, np.int64))
        writer.add("large", np.arange(200_000, dtype=np.uint64))
    return path


def test_arrays_come_back_as_they_went_in(tmp_path: Path) -> None:
    file = ColumnFile(written(tmp_path))
    assert file.array("small").tolist() == [0, 1, 2, 3, 4]
    assert file.array("small").dtype == np.uint32
    assert file.array("empty").tolist() == []
    assert file.part("large", 150_000, 150_003).tolist() == [150_000, 150_001, 150_002]
    assert "large" in file and "other" not in file
    file.check()


def test_arrays_can_not_be_written_to(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="read-only"):
        ColumnFile(written(tmp_path)).array("small")[0] = 9


@pytest.mark.parametrize("place", [70, 500_000, 1_600_000])
def test_an_altered_byte_is_found_when_its_block_is_used(tmp_path: Path, place: int) -> None:
    path = written(tmp_path)
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    file = ColumnFile(path)  # opening reads no block
    with pytest.raises(IndexDamaged, match=r"x\.columns is damaged.*rebuild"):
        file.check()
    with pytest.raises(IndexDamaged):
        file.array("small")
        file.array("large")


def test_a_block_that_is_whole_is_read_beside_one_that_is_not(tmp_path: Path) -> None:
    path = written(tmp_path)
    data = bytearray(path.read_bytes())
    data[1_600_000] ^= 1
    path.write_bytes(data)
    assert ColumnFile(path).part("large", 0, 3).tolist() == [0, 1, 2]


@pytest.mark.parametrize("length", [0, 10, 63, 100, 1_000_000])
def test_a_file_cut_short_is_told_when_it_is_opened(tmp_path: Path, length: int) -> None:
    path = written(tmp_path)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(IndexDamaged):
        ColumnFile(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged, match="can't be read"):
        ColumnFile(tmp_path / "none.columns")


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.columns"
    path.write_bytes(b"PK" * 100)
    with pytest.raises(IndexForeign):
        ColumnFile(path)


def test_a_file_of_a_newer_format_is_refused_with_a_plain_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columnfile, "FORMAT_VERSION", columnfile.FORMAT_VERSION + 1)
    path = written(tmp_path)
    monkeypatch.undo()
    with pytest.raises(IndexForeign, match="newer Dragoman"):
        ColumnFile(path)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=6), max_size=30))
def test_strings_come_back_and_are_found_where_they_stand(
    tmp_path_factory: pytest.TempPathFactory, strings: list[bytes]
) -> None:
    path = tmp_path_factory.mktemp("strings") / "x.columns"
    ordered = sorted(set(strings))
    with ColumnFileWriter(path) as writer:
        add_strings(writer, "t", ordered, is_sorted=True)
    table = StringTable(ColumnFile(path), "t")
    assert table.all() == ordered == [table[n] for n in range(len(table))]
    for number, string in enumerate(ordered):
        assert table.bisect(string) == table.find(string) == number
    assert table.bisect(b"\xff" * 9) == len(ordered)
    assert table.find(b"\xff" * 9) == -1


@pytest.mark.parametrize("in_memory", [1, 1 << 18])
def test_what_is_put_by_comes_back_in_parts_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: int
) -> None:
    monkeypatch.setattr(columnfile, "_BYTES_IN_MEMORY", in_memory)
    with Spool(tmp_path, np.dtype(np.uint16)) as spool:
        spool.append(np.array([1, 2, 3]))
        assert spool.read(1, 9).tolist() == [2, 3]
        spool.append(np.array([], np.uint16))
        spool.append(np.array([4]))
        assert [part.tolist() for part in spool.parts()] == [[1, 2, 3, 4]]
        assert len(spool) == 4
    assert list(tmp_path.iterdir()) == []


def test_an_array_is_read_back_while_others_are_written(tmp_path: Path) -> None:
    with ColumnFileWriter(tmp_path / "a") as writer:
        writer.add("first", np.arange(5, dtype=np.uint32))
        assert writer.read("first", 3, 9).tolist() == [3, 4]
        writer.add("second", np.arange(3, dtype=np.uint8))
        assert writer.read("first", 5, 9).tolist() == []
    file = ColumnFile(tmp_path / "a")
    assert file.array("first").tolist() == [0, 1, 2, 3, 4]
    assert file.array("second").tolist() == [0, 1, 2]


def test_only_what_is_gathered_needs_to_be_whole(tmp_path: Path) -> None:
    n = columnfile._BLOCK // 4
    with ColumnFileWriter(tmp_path / "a") as writer:
        writer.add("numbers", np.arange(3 * n, dtype=np.uint32))
    with (tmp_path / "a").open("r+b") as file:
        file.seek(64 + columnfile._BLOCK + 8)
        file.write(b"x")
    file = ColumnFile(tmp_path / "a")
    starts, stops = np.array([0, 2 * n]), np.array([2, 2 * n + 1])
    assert file.gather("numbers", starts, stops, np.array([0, 1, 2 * n])).tolist() == [0, 1, 2 * n]
    with pytest.raises(IndexDamaged):
        file.gather("numbers", starts, np.array([n + 1, 2 * n]), np.array([n]))
