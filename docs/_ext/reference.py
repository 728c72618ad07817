"""Directives that write reference pages from the code, so that they cannot disagree with it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).parent.parent.parent


def settings() -> Iterator[tuple[str, str, str]]:
    """Yield name, default and meaning of each setting, which its comment tells."""
    source = (ROOT / "newswire/settings.py").read_text("utf-8")
    lines = source.splitlines()
    for node in ast.parse(source).body:
        if not (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)):
            continue
        name = node.targets[0].id
        first = node.lineno - 1
        # settings that follow one another share a comment
        while first and re.match(r"[A-Z]", lines[first - 1]):
            first -= 1
        start = first
        while start and lines[start - 1].startswith("# ") and "---" not in lines[start - 1]:
            start -= 1
        why = " ".join(line[2:] for line in lines[start:first])
        default = ast.get_source_segment(source, node.value) or ""
        yield name, default if len(default) < 60 else "see settings.py", why


def _cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")


def _table(heads: tuple[str, ...], rows: Iterator[tuple[object, ...]]) -> str:
    lines = [" | ".join(heads), " | ".join("---" for _ in heads)]
    lines += [" | ".join(map(_cell, row)) for row in rows]
    return "\n".join(f"| {line} |" for line in lines)


def settings_table() -> str:
    """Return the table of settings."""
    rows = ((f"`{n}`", f"`{d}`", why) for n, d, why in settings())
    return _table(("setting", "default", "why"), rows)


def item_table() -> str:
    """Return the table of the item's fields, from its JSON Schema."""
    schema = json.loads((ROOT / "docs/article.schema.json").read_text("utf-8"))
    parts = schema.get("$defs", {})
    rows: list[tuple[object, ...]] = []

    def add(prefix: str, properties: dict[str, Any]) -> None:
        for name, what in properties.items():
            rows.append((f"`{prefix}{name}`", what.get("description", "")))
            found = re.search(r'"#/\$defs/(\w+)"', json.dumps(what))
            inner = parts[found[1]] if found else what
            inner = inner.get("items", inner)
            add(f"{prefix}{name}.", inner.get("properties", {}))

    add("", schema["properties"])
    return _table(("field", "meaning"), iter(rows))


def rules_table() -> str:
    """Return the table of rules that drop blocks."""
    from newswire.rules import boilerplate

    return _table(("rule", "why"), ((f"`{r.id}`", r.why) for r in boilerplate().values()))


def editions_table() -> str:
    """Return the table of editions."""
    from newswire.wires.editions import editions

    rows = ((f"`{e.id}`", e.wire, e.site, ", ".join(e.languages)) for e in editions().all())
    return _table(("edition", "wire", "site", "languages"), rows)


def reasons_table() -> str:
    """Return the table of reasons why a page gives no article."""
    source = (ROOT / "newswire/errors.py").read_text("utf-8")
    rows = re.findall(r'^    [A-Z_]+ = "([\w-]+)"(?:  # (.*))?$', source, re.MULTILINE)
    return _table(("reason", "meaning"), ((f"`{name}`", why) for name, why in rows))


TABLES: dict[str, Callable[[], str]] = {
    "settings-table": settings_table,
    "item-table": item_table,
    "rules-table": rules_table,
    "editions-table": editions_table,
    "reasons-table": reasons_table,
}


def _directive(text: Callable[[], str]) -> type[SphinxDirective]:
    class Table(SphinxDirective):
        def run(self) -> list[nodes.Node]:
            return self.parse_text_to_nodes(text())

    return Table


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives."""
    for name, text in TABLES.items():
        app.add_directive(name, _directive(text))
    return {"parallel_read_safe": True}
