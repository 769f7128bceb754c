"""Parameters of a notebook: what its tagged cell declares, and what may be put in their place."""

import ast
import difflib
import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple, Optional, Union

from pydantic import TypeAdapter, ValidationError

CORPUS = "corpus"
"""The parameter that says where the articles are; a run hands it over by other means."""

_TYPES = {
    **{t.__name__: t for t in (bool, int, float, str, list, dict, tuple, set)},
    **{"Any": Any, "Literal": Literal, "Optional": Optional, "Union": Union},
}


class ParameterError(ValueError):
    """A parameter that a notebook does not have, or a value that it cannot take."""


class Parameter(NamedTuple):
    """A parameter: its value, its type as it is written or as its value tells, what the comment says of it."""

    value: Any
    type: Any
    comment: str


def read_parameters(notebook: Mapping[str, Any], name: str) -> dict[str, Parameter]:
    """Read the cell tagged `parameters`.

    The cell is parsed, never run: each line gives a name to a literal, with an annotation or without.

    Args:
        notebook: a notebook as nbformat reads it.
        name: what errors call it.

    Raises:
        ParameterError: where the cell holds anything but literals, or more than one cell is tagged.

    Example:
        >>> cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": "top: int = 30  # names shown"}
        >>> read_parameters({"cells": [cell]}, "entities")
        {'top': Parameter(value=30, type=<class 'int'>, comment='names shown')}
    """
    cells = [c for c in notebook["cells"] if c["cell_type"] == "code" and "parameters" in c["metadata"].get("tags", [])]
    if len(cells) > 1:
        raise ParameterError(f"{name}: {len(cells)} cells are tagged 'parameters'; keep one")
    source = cells[0]["source"] if cells else ""
    try:
        statements = ast.parse(source).body
    except SyntaxError as error:
        raise ParameterError(f"{name}: line {error.lineno} of the parameters cell is no Python: {error.msg}") from None
    return dict(_read_statement(statement, source, name) for statement in statements if not _is_docstring(statement))


def set_parameters(declared: Mapping[str, Mapping[str, Parameter]], given: Mapping[str, Any]) -> dict[str, dict]:
    """Check values against what notebooks declare.

    Args:
        declared: notebook name to its parameters.
        given: parameter name to value; a string is read as the declared type.

    Returns:
        For each notebook the values that it takes, those that are not its own left out.

    Raises:
        ParameterError: where no notebook has the parameter, or one that has it cannot take the value.

    Example:
        >>> set_parameters({"entities": {"top": Parameter(30, int, "")}, "timeline": {}}, {"top": "5"})
        {'entities': {'top': 5}, 'timeline': {}}
    """
    known = sorted({name for parameters in declared.values() for name in parameters} - {CORPUS})
    for name in given:
        if name == CORPUS:
            raise ParameterError("the parameter 'corpus' is set with --corpus")
        if name not in known:
            among = ", ".join(declared)
            raise ParameterError(f"no notebook among {among} has the parameter {name!r}; {suggest(name, known)}")
    return {
        notebook: {
            name: _convert(value, parameters[name], name, notebook)
            for name, value in given.items()
            if name in parameters
        }
        for notebook, parameters in declared.items()
    }


def with_files(values: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The values that a hash counts: those given, and the content of each file that one of them names.

    Example:
        >>> with_files({"top": 30, "table": "absent.csv"}, Path("."))
        {'top': 30, 'table': 'absent.csv'}
    """
    named = {name: folder / value for name, value in values.items() if isinstance(value, str) and value}
    contents = {name: path.read_bytes() for name, path in named.items() if path.is_file()}
    return {**values, **{f"file of {name}": hashlib.sha256(read).hexdigest() for name, read in contents.items()}}


def suggest(name: str, known: Iterable[str]) -> str:
    """Say what may have been meant.

    Example:
        >>> suggest("timelin", ["entities", "timeline"])
        "did you mean 'timeline'?"
    """
    known = list(known)
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"there are: {', '.join(known)}" if known else "there are none"


def _read_statement(statement: ast.stmt, source: str, name: str) -> tuple[str, Parameter]:
    """Name and parameter of one line."""
    target: ast.expr | None = None
    value: ast.expr | None = None
    annotation: ast.expr | None = None
    if isinstance(statement, ast.AnnAssign):
        target, value, annotation = statement.target, statement.value, statement.annotation
    elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target, value = statement.targets[0], statement.value
    where = f"{name}: line {statement.lineno} of the parameters cell"
    if not isinstance(target, ast.Name) or value is None:
        raise ParameterError(f"{where} should give one name a value; move the rest to the next cell")
    try:
        literal = ast.literal_eval(value)
    except ValueError:
        raise ParameterError(f"{where}: {target.id} should be a literal; move what derives from it on") from None
    comment = re.search(r"#\s*(.*)$", source.splitlines()[(statement.end_lineno or 1) - 1][statement.end_col_offset :])
    kind = _type_of(literal) if annotation is None else _read_type(annotation, where)
    parameter = Parameter(literal, kind, comment[1].strip() if comment else "")
    _convert(literal, parameter, target.id, name)
    return target.id, parameter


def _read_type(annotation: ast.expr, where: str) -> Any:
    """The type that an annotation names, from the built-in ones."""
    try:
        # Only the names in _TYPES can be reached; the notebook itself is about to be run anyway.
        return eval(ast.unparse(annotation), {"__builtins__": {}}, dict(_TYPES))
    except Exception:
        raise ParameterError(f"{where}: {ast.unparse(annotation)} is no type that is understood") from None


def _type_of(value: Any) -> Any:
    return Any if value is None else type(value)


def _convert(value: Any, parameter: Parameter, name: str, notebook: str) -> Any:
    """A value as the declared type; what comes from a command line is tried as a literal too."""
    candidates = [value]
    if isinstance(value, str):
        try:
            literal = ast.literal_eval(value)
        except (ValueError, SyntaxError):
            literal = value
        if parameter.type is not str and not isinstance(literal, str):
            candidates.insert(0, literal)
    for candidate in candidates:
        try:
            return TypeAdapter(parameter.type).validate_python(candidate)
        except ValidationError as error:
            problem = error.errors()[0]["msg"]
    kind = getattr(parameter.type, "__name__", None) if isinstance(parameter.type, type) else str(parameter.type)
    raise ParameterError(f"{notebook}: {name} should be {kind}, not {value!r} ({problem[0].lower()}{problem[1:]})")


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
