"""Write the JSON Schema of the item from `newswire/items.py` (`make schema`).

The package carries a copy, so that checking an article needs neither itemadapter nor Scrapy, which
itemadapter imports.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from itemadapter import ItemAdapter

from newswire.items import Article

ROOT = Path(__file__).parent.parent
COPIES = (ROOT / "docs/article.schema.json", ROOT / "newswire/article/schema.json")


def article_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of an exported article."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "newswire article",
        **ItemAdapter.get_json_schema(Article),
    }


if __name__ == "__main__":
    for copy in COPIES:
        copy.write_text(json.dumps(article_schema(), ensure_ascii=False, indent=2) + "\n", "utf-8")
