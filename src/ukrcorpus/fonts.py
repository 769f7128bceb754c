"""Letters that are the same on every machine: those of vl-convert's own font, and none of an installed one."""

import os
from functools import cache
from importlib import resources

_DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><text>a</text></svg>'


@cache
def use_own_font() -> None:
    """Have vl-convert load its own font alone.

    It prefers an installed Liberation Sans to the one that it carries, and versions of that font draw differently. It
    loads fonts once, when it first draws, from the folders that fontconfig names; so the first drawing is made here.
    """
    import vl_convert

    before = os.environ.get("FONTCONFIG_FILE")
    with resources.as_file(resources.files("ukrcorpus") / "data" / "fonts.conf") as path:
        os.environ["FONTCONFIG_FILE"] = str(path)
        try:
            vl_convert.svg_to_png(_DRAWING)
        finally:
            del os.environ["FONTCONFIG_FILE"]
            os.environ.update({} if before is None else {"FONTCONFIG_FILE": before})
