r"""How to cite a notebook of a run, or one figure or table of it: CSL-JSON, and from it APA (7th edition) and BibTeX.

No clock is read: without a `CITATION.cff` of whoever made the run, the author is corporate and there is no date.

Example:
    >>> entry = {"title": "When?", "corpus": {"label": "press"}, "hashes": {"data": "0" * 64}, "key": "1a2b3c4d5e6f"}
    >>> record = to_csl({**entry, "notebook": "timeline.ipynb", "version": "0.1.0"})
    >>> to_apa(record).split("[")[0]
    'The ukrcorpus developers. (n.d.). When? (Notebook ukrcorpus:timeline@1a2b3c4d5e6f) '
    >>> to_bibtex(record).splitlines()[2]
    '  title = {{When?}},'
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sentencex
import yaml

from ukrcorpus import __version__
from ukrcorpus.manifest import digest

_CFF = ["name", "family-names", "given-names", "name-particle", "name-suffix"]
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_ADDRESS = "!#$%&'()*+,/:;<=>?@[]_~"
# Braces by name, since BibTeX counts them even behind a backslash.
_NAMES = ["backslash", "braceleft", "braceright", "asciitilde", "asciicircum", "less", "greater", "bar"]
_TEX = dict(zip("\\{}~^<>|", _NAMES, strict=True))


def to_csl(entry: Mapping[str, Any], *, item: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The record (CSL 1.0.2) of a notebook's entry in a manifest, or of an item; `citation` is what `read_cff` gave."""
    name, title = entry["notebook"].removesuffix(".ipynb"), " ".join(entry["title"].split())
    slug = re.sub(r"[^A-Za-z0-9.-]+", "-", name)
    key = f"ukrcorpus:{slug}" if slug == name else f"ukrcorpus:{slug}-{digest(name)[:6]}"
    record = {"id": key, "genre": "Notebook", "number": f"ukrcorpus:{name}@{entry['key']}", "title": title}
    if item:
        record = {"id": f"{key}:{item['id']}", "genre": item["kind"].capitalize(), "number": item["cite"]}
        record |= {"title": _shortened(item["caption"]), "container-title": title}
    corpus = f"Corpus {entry['corpus']['label']}, content {entry['hashes']['data'][:12]}"
    record |= {"type": "report", "medium": f"{corpus}; ukrcorpus {entry.get('version', __version__)}", "language": "en"}
    given = {field: value for field, value in entry.get("citation", {}).items() if field != "license"}
    return {**record, "author": [{"literal": "The ukrcorpus developers"}], **given}


def to_apa(record: Mapping[str, Any]) -> str:
    """The line of a list of references, as plain text."""
    names = [_apa_name(name) for name in record["author"]]
    joined = ", & ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
    authors = joined if len(names) <= 20 else f"{', '.join(names[:19])}, . . . {names[-1]}"
    year = record["issued"]["date-parts"][0][0] if "issued" in record else "n.d."
    whole = record.get("container-title")
    work = f"{_stopped(record['title'])} In {whole}" if whole else record["title"]
    about = f"({record['genre']} {record['number']}) [{record['medium']}]."
    where = f"https://doi.org/{record['DOI']}" if "DOI" in record else record.get("URL")
    source = _stopped(record.get("publisher", ""))
    return " ".join(filter(None, [_stopped(authors), f"({year}).", work, about, source, where]))


def to_bibtex(record: Mapping[str, Any]) -> str:
    """The entry of a .bib file, in UTF-8, with what TeX would read as markup escaped."""
    fields = {"author": " and ".join(map(_bibtex_name, record["author"])), "title": f"{{{_tex(record['title'])}}}"}
    if "issued" in record:
        year, month = record["issued"]["date-parts"][0][:2]
        fields |= {"year": str(year), "month": _MONTHS[month - 1]}
    whole = f"In: {record['container-title']} " if "container-title" in record else ""
    fields["howpublished"] = _tex(f"{record['genre']} {record['number']}")
    fields["note"] = _tex(f"{whole}[{record['medium']}]")
    fields |= {"publisher": _tex(record["publisher"])} if "publisher" in record else {}
    # Styles set addresses as they are written, so nothing in them may be escaped.
    fields |= {name.lower(): quote(record[name], safe=_ADDRESS) for name in ("DOI", "URL") if name in record}
    lines = [f"  {name} = {value if name == 'month' else f'{{{value}}}'}," for name, value in fields.items()]
    return "\n".join([f"@misc{{{record['id']},", *lines, "}\n"])


def read_cff(path: str | Path) -> dict[str, Any]:
    """What a `CITATION.cff` (version 1.2.0) says of whoever made a run.

    Returns:
        Fields of CSL-JSON, where they are given: `author`, `issued` (date-released), `publisher` (affiliation of the
        first author), `DOI`, `URL`; also `license`.

    Raises:
        ValueError: where the file cannot be read, or what it says cannot be cited.
    """
    try:
        found = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ValueError(f"{path} cannot be read as a CITATION.cff: {error}") from error
    authors = found.get("authors") if isinstance(found, dict) else None
    if not isinstance(authors, list) or not authors or not all(isinstance(author, dict) for author in authors):
        raise ValueError(f"{path} names no authors; list them under 'authors:', each with family-names and given-names")
    given = {"DOI": found.get("doi"), "URL": found.get("url"), "license": found.get("license")}
    given |= {"publisher": authors[0].get("affiliation"), "issued": found.get("date-released")}
    given = {field: " ".join(str(value).split()) for field, value in given.items() if value}
    day = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])-([0-3]\d)", given.get("issued", "1000-01-01"))
    if not day:
        raise ValueError(f"{path}: date-released is {given['issued']!r}; write it as 2026-01-31")
    issued = {"issued": {"date-parts": [[int(part) for part in day.groups()]]}} if "issued" in given else {}
    return {**given, **issued, "author": [_cff_name(name, f"{path}, author {n}") for n, name in enumerate(authors, 1)]}


def write_bibliography(entries: Mapping[str, Mapping[str, Any]], folder: Path) -> None:
    """Write CITATION.bib: an entry a notebook, figure and table, whose keys stay the same from run to run."""
    cited = [to_csl(entry, item=item) for entry in entries.values() for item in (None, *entry["items"])]
    (folder / "CITATION.bib").write_text("\n".join(map(to_bibtex, cited)), encoding="utf-8", newline="\n")


def _shortened(caption: str) -> str:
    """The first sentence of a caption; of one beyond 100 characters, as many clauses as fit."""
    first = next(iter(sentencex.segment("en", " ".join(caption.split()))), "").strip().rstrip(".")
    heads = [first[: end.start()] for end in re.finditer(r"[;:,](?= )| \(", first) if 40 <= end.start() <= 100]
    heads = [head for head in heads if head.count("(") == head.count(")")]
    return first if len(first) <= 100 else heads[-1] if heads else first[: first.rfind(" ", 0, 100)] + "…"


def _apa_name(name: Mapping[str, str]) -> str:
    parts = [[letters[0] + "." for letters in part.split("-") if letters] for part in name.get("given", "").split()]
    spelled = [name.get("family"), " ".join(map("-".join, parts)), name.get("suffix")]
    return name.get("literal") or ", ".join(filter(None, spelled))


def _bibtex_name(name: Mapping[str, str]) -> str:
    parts = {k: f"{{{_tex(v)}}}" if k == "literal" or re.search(r",|\band\b", v) else _tex(v) for k, v in name.items()}
    return ", ".join(parts[key] for key in ("literal", "family", "suffix", "given") if key in parts)


def _cff_name(author: Mapping[str, Any], where: str) -> dict[str, str]:
    name = {part: " ".join(str(author.get(part) or "").split()) for part in _CFF}
    if literal := name["name"] or (not name["family-names"] and name["given-names"]):
        return {"literal": literal}
    if not name["family-names"]:
        raise ValueError(f"{where} has no name; give family-names and given-names, or name for an organisation")
    family = f"{name['name-particle']} {name['family-names']}".strip()
    others = {"given": name["given-names"], "suffix": name["name-suffix"]}
    return {"family": family, **{part: value for part, value in others.items() if value}}


def _stopped(text: str) -> str:
    return text if not text or text.endswith((".", "?", "!")) else f"{text}."


def _tex(text: str) -> str:
    """Text as TeX prints it unchanged; signs that TeX would join, such as two hyphens, are kept apart."""
    named = re.sub(r"[\\{}~^<>|]", lambda sign: f"\0{_TEX[sign[0]]}\1", " ".join(text.split()))
    apart = re.sub(r"([-'`,?!])(?=[-'`,])", r"\1{}", re.sub(r"[%&#_$]", r"\\\g<0>", named))
    return apart.replace("\0", "\\text").replace("\1", "{}")
