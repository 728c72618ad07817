"""How do articles leave in the formats of the trade? Exporters that Scrapy lacks.

- `ninjs.jsonl`: IPTC ninjs 3.1, one object a line (http://www.iptc.org/std/ninjs/);
- `superdesk.jsonl`: ninjs 1.x in the flavour that Superdesk's ingest reads: lower-case keys, UTC;
- `jsonld`: schema.org `NewsArticle`, one JSON-LD document.

None has a time of day where the page gave only a day: ninjs wants date-times, and a made-up
midnight would be wrong. The dateline is given as data and is not in the body.
"""

from __future__ import annotations

import html
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from itemadapter import ItemAdapter
from scrapy.exporters import JsonItemExporter, JsonLinesItemExporter
from scrapy.utils.python import to_bytes

from newswire.dateline import CUT
from newswire.dateline.grammar import agency
from newswire.feeds.columns import whole

NINJS = {
    "name": "ninjs",
    "version": "3.1",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#",
}

Record = dict[str, Any]


class NinjsExporter(JsonLinesItemExporter):
    """Writes IPTC ninjs 3.1, one object a line."""

    def export_item(self, item: Any) -> None:
        """Write an article."""
        line = self.encoder.encode(ninjs(whole(ItemAdapter(item).asdict()))) + "\n"
        self.file.write(to_bytes(line, self.encoding))


class SuperdeskExporter(JsonLinesItemExporter):
    """Writes ninjs 1.x as Superdesk ingests it, one object a line."""

    def export_item(self, item: Any) -> None:
        """Write an article."""
        line = self.encoder.encode(superdesk(whole(ItemAdapter(item).asdict()))) + "\n"
        self.file.write(to_bytes(line, self.encoding))


class JsonLdExporter(JsonItemExporter):
    """Writes one JSON-LD document with every article in its graph."""

    def start_exporting(self) -> None:
        """Open the document."""
        self.file.write(b'{"@context": "https://schema.org", "@graph": [\n')

    def export_item(self, item: Any) -> None:
        """Write an article."""
        node = self.encoder.encode(json_ld(whole(ItemAdapter(item).asdict())))
        self._add_comma_after_first_item_written()
        self.file.write(to_bytes(node, self.encoding))

    def finish_exporting(self) -> None:
        """Close the document."""
        self.file.write(b"\n]}\n")

    def _add_comma_after_first_item_written(self) -> None:
        if self.first_item:
            self.first_item = False
        else:
            self.file.write(b",\n")


def ninjs(article: Record) -> Record:
    """Return an article as IPTC ninjs 3.1."""
    dateline = _certain(article)
    published, modified = _instant(article["date_published"]), _instant(article["date_modified"])
    body = article["body"]
    return _present(
        uri=_uri(article),
        standard=NINJS,
        type="text",
        version=str(article["version"]),
        language=article["language"],
        pubStatus="usable",
        headlines=_present_list({"value": article["headline"]}),
        descriptions=_present_list(
            {"role": "summary", "contentType": "text/plain", "value": article["description"]},
            {"role": "dateline", "contentType": "text/plain", "value": dateline.get("raw")},
        ),
        bodies=[
            {
                "role": "main",
                "contentType": "text/plain",
                "charCount": len(body),
                "wordCount": len(body.split()),
                "value": body,
            }
        ],
        by=_by(article, dateline),
        located=_located(dateline),
        places=[
            _present(
                name=place["name"], rel="dateline", uri=_geonames(place), literal=place["printed"]
            )
            for place in dateline.get("places", ())
        ],
        infoSources=_present_list({"name": _source(dateline), "role": "agency"}, key="name"),
        subjects=[{"name": word, "rel": "keyword"} for word in article["keywords"]],
        firstCreated=published,
        versionCreated=modified or published,
        associations=[
            _present(
                name=f"image-{number}",
                rel="image",
                uri=image["url"],
                type="picture",
                by=image["credit"],
                descriptions=_present_list({"role": "caption", "value": image["caption"]}),
                renditions=[{"name": "original", "href": image["url"]}],
            )
            for number, image in enumerate(article["images"], 1)
            if image["url"]
        ],
        altIds=[{"role": "newswire", "value": article["id"]}],
    )


def superdesk(article: Record) -> Record:
    """Return an article as ninjs 1.x in Superdesk's flavour.

    Superdesk puts the whole of `located` into the city of its own dateline, so it is the city
    alone; it reads date-times in UTC without fractions only.
    """
    dateline = _certain(article)
    published, modified = _instant(article["date_published"]), _instant(article["date_modified"])
    paragraphs = article["body"].split("\n\n")
    return _present(
        guid=article["id"],
        uri=_uri(article),
        type="text",
        version=str(article["version"]),
        language=article["language"],
        pubstatus="usable",
        headline=article["headline"],
        description_text=article["description"],
        body_html="".join(f"<p>{html.escape(text, quote=False)}</p>" for text in paragraphs),
        byline=_by(article, dateline),
        authors=[{"name": name, "role": "writer"} for name in article["authors"]],
        source=_source(dateline) or article["wire"],
        located=_located(dateline),
        place=[
            {"code": f"geonames:{place['geonames_id']}", "name": place["name"]}
            for place in dateline.get("places", ())
            if place["geonames_id"]
        ],
        keywords=article["keywords"],
        firstcreated=_utc(published),
        versioncreated=_utc(modified or published),
        extra=_present(dateline=dateline.get("raw"), url=article["url"]),
    )


def json_ld(article: Record) -> Record:
    """Return an article as a schema.org `NewsArticle`."""
    dateline = _certain(article)
    return _present(
        **{"@type": "NewsArticle", "@id": _uri(article)},
        url=article["url"],
        identifier=article["id"],
        version=article["version"],
        inLanguage=article["language"],
        headline=article["headline"],
        description=article["description"],
        dateline=dateline.get("raw"),
        locationCreated=[
            _present(
                **{"@type": "Place"},
                name=place["name"] or place["printed"],
                sameAs=_geonames(place),
            )
            for place in dateline.get("places", ())
        ],
        datePublished=article["date_published"],
        dateModified=article["date_modified"],
        author=[{"@type": "Person", "name": name} for name in _authors(article, dateline)],
        sourceOrganization=_organisation(_source(dateline)),
        articleSection=article["section"],
        keywords=article["keywords"],
        articleBody=article["body"],
        image=[
            _present(
                **{"@type": "ImageObject"},
                contentUrl=image["url"],
                caption=image["caption"],
                creditText=image["credit"],
            )
            for image in article["images"]
        ],
    )


# --- parts ---------------------------------------------------------------------------------------


def _present(**values: Any) -> Record:
    """Return the values that are there: no nulls, no empty strings, lists or objects."""
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}


def _present_list(*rows: Record, key: str = "value") -> list[Record]:
    return [row for row in rows if row[key]]


def _certain(article: Record) -> Record:
    """Return the dateline that was cut from the body; one that is only noted still stands there."""
    dateline: Record | None = article["dateline"]
    return dateline if dateline and dateline["confidence"] >= CUT else {}


def _uri(article: Record) -> str:
    return str(article["url"] or f"urn:newswire:{quote(article['id'], safe=':')}")


def _geonames(place: Record) -> str | None:
    ident = place["geonames_id"]
    return f"https://sws.geonames.org/{ident}/" if ident else None


def _located(dateline: Record) -> str | None:
    names = [place["name"] or place["printed"] for place in dateline.get("places", ())]
    return names[0] if names else None


def _source(dateline: Record) -> str | None:
    printed = dateline.get("agency")
    entry = agency(printed) if printed else None
    return entry.name if entry else printed


def _organisation(name: str | None) -> Record | None:
    return {"@type": "Organization", "name": name} if name else None


def _authors(article: Record, dateline: Record) -> list[str]:
    authors: list[str] = article["authors"]
    byline = dateline.get("byline")
    return authors or ([byline] if byline else [])


def _by(article: Record, dateline: Record) -> str | None:
    return ", ".join(_authors(article, dateline)) or None


def _instant(value: str | None) -> str | None:
    """Return a date-time, None for a day alone."""
    return value if value and len(value) > len("2021-12-23") else None


def _utc(value: str | None) -> str | None:
    """Return an instant in the one form that Superdesk parses."""
    if value is None:
        return None
    return datetime.fromisoformat(value).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
