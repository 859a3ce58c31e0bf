"""The house's own rules, where no tool holds them: sizes, what starts cheap, what never stands in a committed file."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("bot", "handlers", "metrics", "store")
FUNCTION_LINES = 40
MODULE_LINES = 300
LONG_MODULES = {"store/migrations": "written once by Alembic"}
HEAVY = {"pandas", "numpy", "scipy", "matplotlib"}
LOCAL_PATH = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users)/")
INDEX_ADDRESS = re.compile(
    r"--(?:extra-)?index-url|--find-links|--trusted-host|//[\w.-]*(?:pypi|artifactory|nexus)[\w.-]*/"
)


def modules() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def excused(path: Path) -> bool:
    return any(name(path).startswith(prefix) for prefix in LONG_MODULES)


def committed() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [path for path in (ROOT / entry for entry in listed.stdout.split("\0") if entry) if path.is_file()]


def test_no_function_is_over_40_lines() -> None:
    long = [
        f"{name(path)}:{node.lineno} {node.name} has {1 + (node.end_lineno or 0) - node.lineno} lines"
        for path in modules()
        if not excused(path)
        for node in functions(ast.parse(path.read_text(encoding="utf-8")))
        if 1 + (node.end_lineno or 0) - node.lineno > FUNCTION_LINES
    ]
    assert not long, "\n".join(long)


def test_no_module_is_over_300_lines() -> None:
    sizes = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules() if not excused(path)}
    long = [f"{module} has {lines} lines" for module, lines in sizes.items() if lines > MODULE_LINES]
    assert not long, "\n".join(long)


def test_every_module_says_what_it_is() -> None:
    silent = [name(path) for path in modules() if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    assert not silent, silent


def test_nothing_draws_through_global_state() -> None:
    guilty = [name(path) for path in modules() if "matplotlib.pyplot" in path.read_text(encoding="utf-8")]
    assert not guilty, f"matplotlib.figure.Figure instead of pyplot, which is global: {guilty}"


def test_no_except_is_bare() -> None:
    guilty = [
        f"{name(path)}:{node.lineno}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert not guilty, guilty


def test_no_module_is_named_for_nothing() -> None:
    vague = {"utils", "util", "helpers", "common", "manager", "service", "misc"}
    assert not [name(path) for path in modules() if path.stem in vague or path.parent.name in vague]


@pytest.mark.parametrize("module", ["bot.app", "bot.__main__", "handlers.dispatch", "metrics"])
def test_start_imports_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(*sorted({HEAVY!r} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [], f"{module} imports {done.stdout.strip()} at start"


def test_no_committed_file_names_a_local_path_or_a_package_index() -> None:
    guilty = []
    for path in committed():
        if path.suffix in {".png", ".ttf", ".xlsx"} or path == Path(__file__):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if LOCAL_PATH.search(line) or INDEX_ADDRESS.search(line):
                guilty.append(f"{name(path)}:{number}: {line.strip()[:100]}")
    assert not guilty, "\n".join(guilty)


def test_every_pinned_version_is_exact_and_every_dependency_is_pinned() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.lstrip().startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9._-]+==[\w.]+", pin) for pin in pins), pins
    pinned = {pin.split("==")[0] for pin in pins}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    names = {re.split(r"[\[<>=]", one)[0].lower() for one in wanted}
    assert names <= pinned, f"run: make constraints ({names - pinned})"
