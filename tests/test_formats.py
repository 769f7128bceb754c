"""Readers and decoding: whatever the bytes are, a file gives records or says what could not be read."""

import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukrcorpus.formats import FRONT_MATTER, READERS, Entry, decode, read_file

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1)
RUSSIAN = (
    "Вчера вечером на станции остановился поезд с эвакуированными. Люди выходили на перрон с детьми и сумками, "
    "волонтёры раздавали чай. Начальник станции сказал, что ждут ещё два состава."
)
UKRAINIAN = (
    "Учора ввечері на станції зупинився потяг з евакуйованими. Люди виходили на перон із дітьми та валізами, "
    "волонтери роздавали чай. Начальник станції сказав, що чекають ще на два потяги, і чи її дім ще стоїть."
)
FRENCH = (
    "Le maire a déclaré que la ville était privée d’électricité depuis dimanche. Les réfugiés ont été logés à "
    "l’école, où des bénévoles préparent les repas."
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("files")


def read(folder, name, data, encoding=None):
    (folder / name).write_bytes(data)
    return list(read_file(folder / name, encoding))


@given(TEXT)
@settings(max_examples=150, deadline=None)
def test_text_is_never_altered(folder, text):
    """A text written as UTF-8 is read as it is, whatever line breaks, blanks and signs it holds; a mark is no text."""
    wanted = text.removeprefix("\ufeff")
    assert read(folder, "a.txt", text.encode()) == [Entry(None, {"text": wanted})]
    assert read(folder, "a.txt", b"\xef\xbb\xbf" + wanted.encode())[0].fields == {"text": wanted}
    assert read(folder, "a.jsonl", json.dumps({"text": text}).encode())[0].fields == {"text": text}
    assert read(folder, "b.jsonl", json.dumps({"text": text}, ensure_ascii=False).encode())[0].fields == {"text": text}


@given(TEXT, st.sampled_from(["utf-16", "utf-32", "utf-16-le", "utf-16-be"]))
@settings(max_examples=100, deadline=None)
def test_wide_encodings(folder, text, encoding):
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    # the mark of UTF-16 with a NUL behind it is the mark of UTF-32; no text begins so
    assert decode(mark + text.encode(encoding)) == text.removeprefix("\ufeff")


@given(
    st.sampled_from(sorted(READERS)),
    st.binary(min_size=1, max_size=300),
    st.sampled_from(
        [b"", b"id,text\n1,", b'{"text": "', b"---\n", b"<html><body><p>", b"PAR1", b"\xff\xfe", b"\x1f\x8b\x08\x00"]
    ),
)
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read_or_told(folder, suffix, data, start):
    """No file raises; each gives at least one entry; what could not be read has a reason and a remedy."""
    for name in (f"a{suffix}", f"a{suffix}.gz"):
        entries = read(folder, name, start + data)
        assert entries
        for entry in entries:
            assert isinstance(entry.fields, dict)
            assert bool(entry.reason) == bool(entry.remedy)
            assert "\ufffd" not in str(entry.fields.get("text", "")) or "\ufffd".encode() in start + data


@given(st.binary(min_size=1, max_size=120))
@settings(max_examples=200, deadline=None)
def test_decoding_loses_nothing(data):
    """What decodes can be encoded back to the same bytes, in the encoding that was found."""
    try:
        text = decode(data)
    except ValueError as error:
        assert len(error.args) == 2, "a reason and a remedy"
        return
    encodings = ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "cp1251", "koi8_u", "koi8_r", "cp866"]
    encodings += ["iso8859_5", "mac_cyrillic", "cp1252", "cp1250", "iso8859_2"]
    assert any(is_spelt(text, data, encoding) for encoding in encodings)


def is_spelt(text, data, encoding):
    try:
        return data.decode(encoding).removeprefix("\ufeff") == text
    except UnicodeDecodeError:
        return False


@pytest.mark.parametrize("encoding", ["cp1251", "koi8_r", "cp866", "iso8859_5"])
def test_russian_is_told(encoding):
    assert decode(RUSSIAN.encode(encoding)) == RUSSIAN


@pytest.mark.parametrize("encoding", ["cp1251", "koi8_u"])
def test_ukrainian_is_told(encoding):
    assert decode(UKRAINIAN.encode(encoding)) == UKRAINIAN


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "cp1250", "mac_roman"])
def test_what_is_not_sure_is_refused_or_right(encoding):
    """Latin single-byte encodings differ in a few letters: the right text, or a refusal that names encoding=."""
    text = FRENCH.replace("’", "'").replace("œ", "oe")
    data = text.encode(encoding, "replace")
    try:
        found = decode(data)
    except ValueError as error:
        assert "encoding=" in error.args[1]
    else:
        assert found == data.decode(encoding)
    assert decode(data, encoding) == data.decode(encoding)


@pytest.mark.parametrize("text", [UKRAINIAN, "Plain words, and a quotation: “yes”", "ends in a dash —"])
def test_cut_utf8_is_refused(text):
    """However many bytes are missing at the end, no other encoding is taken for it."""
    data = text.encode()
    for cut in range(1, 4):
        try:
            found = decode(data[:-cut])
        except ValueError as error:
            assert "damaged UTF-8" in error.args[0]
        else:
            assert text.startswith(found)


def test_two_encodings_in_one_file_are_refused():
    with pytest.raises(ValueError, match="damaged UTF-8"):
        decode(UKRAINIAN.encode() + b"\n" + "два".encode("cp1251"))


def test_nul_is_no_text():
    for data in (b"a\x00b", "кіт\x00".encode(), "wide".encode("utf-16-le")):
        with pytest.raises(ValueError, match="not a text file"):
            decode(data)


def test_given_encoding_decides():
    assert decode("її".encode("koi8_u"), "koi8_u") == "її"
    assert decode(b"\xef\xbb\xbfabc", "utf-8") == "abc"
    with pytest.raises(ValueError, match="cannot be read as utf-8"):
        decode(b"caf\xe9", "utf-8")


@pytest.mark.parametrize("line", ["    deep\n", "a: b\r\n", "- a\n", "\n", "# a\n", "\t \t \n"])
def test_front_matter_takes_no_longer_than_its_length(line):
    """A block that is never closed is seen at once: with a rule that can read a line in two ways this never ends."""
    assert FRONT_MATTER.match("---\n" + line * 20_000 + "x") is None
    assert FRONT_MATTER.match("---\n" + line * 20_000 + "---\n")


def test_csv_line_numbers_count_line_breaks_within_fields(folder):
    data = b'text,id\n"a\nb\nc",1\n"d\n",2,3\ne,4\n'
    entries = read(folder, "lines.csv", data)
    assert [entry.number for entry in entries] == [1, 2, 3]
    assert "(line 5)" in entries[1].reason


def test_csv_with_a_long_field(folder):
    assert read(folder, "long.csv", b'text\n"' + b"x" * 1_000_000 + b'"\n')[0].fields["text"] == "x" * 1_000_000


@given(st.lists(st.fixed_dictionaries({"id": TEXT, "text": TEXT, "more": st.text(max_size=5)}), min_size=1, max_size=4))
@settings(max_examples=100, deadline=None)
def test_csv_as_pandas_writes_it(folder, rows):
    """What pandas writes comes back the same, but for half characters, NUL, and bare CR."""
    rows = [
        {name: "".join(c for c in value if c.isprintable() or c in "\n\t") for name, value in row.items()}
        for row in rows
    ]
    table = pd.DataFrame(rows)
    table.to_csv(folder / "pandas.csv", index=False, lineterminator="\r\n")
    entries = list(read_file(folder / "pandas.csv"))
    assert [entry.fields for entry in entries] == rows
