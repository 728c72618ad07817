"""What does a clean article look like? The item contract, and its JSON Schema.

Field names and their order are what users rely on (`docs/article.schema.json` is generated from
here: `make schema`). Absent values are `None`, never made up; absent lists are empty.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self


def described(text: str, **schema: Any) -> Any:
    """Return field metadata that puts a description, and extra keywords, into the JSON Schema."""
    return {"json_schema_extra": {"description": text, **schema}}


# JSON Schema of an instant, a day or neither
MOMENT: list[dict[str, str]] = [
    {"type": "string", "format": "date-time"},
    {"type": "string", "format": "date"},
    {"type": "null"},
]


class Evidence(StrEnum):
    """What gave an article its date of publication, in order of trust."""

    JSON_LD = "json-ld"
    META = "meta"  # meta elements, microdata
    UNIXTIME = "unixtime"  # seconds since 1970 in an attribute or a meta element
    URL = "url"
    PRINTED = "printed"  # a date line or a `time` element
    CAPTION = "caption"  # the day of the main picture, where the dateline agrees
    DATELINE = "dateline"


class Relation(StrEnum):
    """How an article repeats an earlier one."""

    SAME_TEXT = "same_text"
    NEAR = "near"
    EXTENDS = "extends"
    EXCERPT_OF = "excerpt_of"
    # `version` and `previous` say it in an item, so only the ledger has it
    VERSION_OF = "version_of"

    @property
    def meaning(self) -> str:
        """The same for a reader."""
        return _MEANINGS[self]


_MEANINGS = {
    Relation.SAME_TEXT: "the same words, under another id",
    Relation.NEAR: "nearly the same words",
    Relation.EXTENDS: "holds the earlier article, and more",
    Relation.EXCERPT_OF: "is a part of the earlier article",
    Relation.VERSION_OF: "a corrected text of the same article",
}
# those that an item may have
RELATIONS = [str(relation) for relation in Relation if relation is not Relation.VERSION_OF]


@dataclass(slots=True)
class Place:
    """A place of a dateline: as printed, and as a gazetteer knows it."""

    printed: str
    name: str | None = None
    country: str | None = field(
        default=None, metadata=described("ISO 3166-1 alpha-2; null for disputed places")
    )
    geonames_id: int | None = None


@dataclass(slots=True)
class Dateline:
    """The head of a wire story: `ДУШАНБЕ, 23 дек — Sputnik.`"""

    raw: str = field(metadata=described("the head as printed; `raw` + body is the original text"))
    places: list[Place] = field(default_factory=list)
    date: str | None = field(
        default=None,
        metadata=described("ISO day; null when the year cannot be known", format="date"),
    )
    date_printed: str | None = None
    agency: str | None = None
    byline: str | None = None
    confidence: float = 0.0
    rule: str = field(default="", metadata=described("id of the form that read the head"))


@dataclass(slots=True)
class Image:
    """A picture of the article."""

    url: str | None = None
    caption: str | None = None
    credit: str | None = None
    date: str | None = field(
        default=None, metadata=described("ISO day printed with the picture", format="date")
    )


@dataclass(slots=True)
class Related:
    """Another story that the page sets inside or below this one."""

    headline: str
    url: str | None = None


@dataclass(slots=True)
class Stripped:
    """A block of the page that is not in the article, and the rule that dropped it."""

    text: str
    rule: str
    line: int | None = field(
        default=None, metadata=described("line of a saved text, from 1; null for HTML")
    )


@dataclass(slots=True)
class Source:
    """Where the bytes of the page came from."""

    kind: str = field(metadata=described("", enum=["http", "text", "html", "warc"]))
    uri: str
    fetched: str | None = field(
        default=None,
        metadata=described("UTC; null for a file that does not say it", format="date-time"),
    )
    sha256: str = ""
    rules: str | None = field(
        default=None, metadata=described("version of the code and rules that read the page")
    )


@dataclass(slots=True)
class Article:
    """A clean article."""

    id: str = field(metadata=described("`wire:edition:CMS id`, else a hash in place of the id"))
    url: str | None = field(default=None, metadata=described("canonical URL", format="uri"))
    wire: str = ""
    edition: str | None = None
    language: str | None = field(default=None, metadata=described("BCP 47"))
    headline: str | None = None
    description: str | None = field(default=None, metadata=described("standfirst, announce, lede"))
    dateline: Dateline | None = None
    date_published: str | None = field(
        default=None,
        metadata=described(
            "ISO 8601: date-time with offset where the page gives one, else a day", anyOf=MOMENT
        ),
    )
    date_modified: str | None = field(
        default=None, metadata=described("as date_published", anyOf=MOMENT)
    )
    date_evidence: str | None = field(
        default=None,
        metadata=described(
            "what gave date_published",
            enum=[*map(str, Evidence), None],
        ),
    )
    authors: list[str] = field(default_factory=list)
    section: str | None = None
    keywords: list[str] = field(default_factory=list)
    body: str = field(
        default="",
        metadata=described(
            "paragraphs separated by one blank line, without the dateline", minLength=1
        ),
    )
    images: list[Image] = field(default_factory=list)
    related: list[Related] = field(default_factory=list)
    extractor: str = field(
        default="",
        metadata=described(
            "template name, `saved-text`, `microdata`, `list`, or `generic` for a page of no known "
            "template"
        ),
    )
    duplicate_of: str | None = field(
        default=None, metadata=described("id of the earlier article that this one repeats")
    )
    relation: str | None = field(
        default=None, metadata=described("how it repeats it", enum=[*RELATIONS, None])
    )
    similarity: float | None = field(
        default=None, metadata=described("1.0 = same text", minimum=0, maximum=1)
    )
    version: int = field(default=1, metadata=described("2 for a corrected text", minimum=1))
    previous: str | None = field(
        default=None, metadata=described("content_hash of the version before")
    )
    content_hash: str = field(default="", metadata=described("hash of the normalised body"))
    stripped: list[Stripped] = field(
        default_factory=list, metadata=described("blocks that were dropped, and why")
    )
    source: Source | None = None

    def to_json(self) -> bytes:
        """Return the article as JSON; a lone surrogate survives."""
        return json.dumps(plain(self), ensure_ascii=False).encode("utf-8", "surrogatepass")

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        """Return the article that `to_json` wrote."""
        item = json.loads(data.decode("utf-8", "surrogatepass"))
        if head := item["dateline"]:
            item["dateline"] = Dateline(**head | {"places": [Place(**p) for p in head["places"]]})
        if item["source"]:
            item["source"] = Source(**item["source"])
        for name, part in {"images": Image, "related": Related, "stripped": Stripped}.items():
            item[name] = [part(**data) for data in item[name]]
        return cls(**item)


_ATOMS = frozenset({str, int, float, bool, type(None)})


def plain(value: Any) -> Any:
    """Return an article, or a part of one, as dicts, lists and texts.

    As `dataclasses.asdict`, without its deep copies: a sixth of the time.
    """
    kind = type(value)
    if kind in _ATOMS:
        return value
    if kind is list:
        return [plain(part) for part in value]
    return {name: plain(getattr(value, name)) for name in kind.__slots__}
