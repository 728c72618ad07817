"""Feeds of the trade: what an article becomes in ninjs, in Superdesk's ninjs and in JSON-LD."""

from __future__ import annotations

import io
import json
import re
from datetime import datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from scrapy.settings import Settings
from scrapy.utils.conf import feed_process_params_from_cli

from newswire.feeds.routing import FeedFormats
from newswire.feeds.trade import JsonLdExporter, NinjsExporter, SuperdeskExporter
from newswire.items import Article, Dateline, Image, Place, Source

FULL = Article(
    id="sputnik:tj:1044420155",
    url="https://tj.sputniknews.ru/20211223/vystavka-1044420155.html",
    wire="sputnik",
    edition="tj",
    language="ru",
    headline="В Душанбе открылась выставка",
    description="Её ждали три года",
    dateline=Dateline(
        raw="ДУШАНБЕ, 23 дек — Sputnik, Анна Иванова.",
        places=[Place("ДУШАНБЕ", "Душанбе", "TJ", 1221874)],
        date="2021-12-23",
        date_printed="23 дек",
        agency="Sputnik",
        byline="Анна Иванова",
        confidence=0.99,
        rule="place-date-dash-agency",
    ),
    date_published="2021-12-23T12:36:00+05:00",
    date_modified="2021-12-23T13:00:00+05:00",
    date_evidence="unixtime",
    section="Культура",
    keywords=["выставка", "Душанбе"],
    body="Сегодня открылась <большая> выставка.\n\nОна продлится неделю.",
    images=[Image("https://cdn.example/1.jpg", "Выставка", "Иван Петров", None), Image()],
    source=Source("http", "https://tj.sputniknews.ru/20211223/vystavka-1044420155.html"),
)
# only what every article has; a day without a time, and a dateline that is not sure
BARE = Article(
    id="sputnik:unknown:f00",
    dateline=Dateline(raw="DUBLIN —", places=[Place("DUBLIN", "Dublin")], confidence=0.65),
    date_published="2021-12-23",
    body="DUBLIN — The exhibition opened.",
)

Exporter = type[NinjsExporter] | type[SuperdeskExporter] | type[JsonLdExporter]

TEXT = {"type": "string", "minLength": 1}
TIME = {"type": "string", "format": "date-time"}
URI = {"type": "string", "format": "uri"}


def closed(required: list[str] | None = None, **properties: Any) -> dict[str, Any]:
    """Return the schema of an object that has these properties and no others."""
    found = {"type": "object", "additionalProperties": False, "properties": properties}
    return found | {"required": required or []}


def rows(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "items": schema}


VALUE = closed(["value"], role=TEXT, contentType=TEXT, value=TEXT)
NAMED = closed(name=TEXT, rel=TEXT, uri=URI, literal=TEXT)
RENDITION = closed(["name"], name=TEXT, href=URI)
COUNT = {"type": "integer", "minimum": 0}
# The part of ninjs 3.1 that newswire writes, with the names, types and formats of the standard.
NINJS_PROFILE = closed(
    ["uri"],
    uri=URI,
    standard=closed(name={"const": "ninjs"}, version={"const": "3.1"}, schema=URI),
    type={"const": "text"},
    version=TEXT,
    language=TEXT,
    pubStatus={"enum": ["usable", "withheld", "canceled"]},
    headlines=rows(VALUE),
    descriptions=rows(VALUE),
    bodies=rows(
        closed(["value"], role=TEXT, contentType=TEXT, charCount=COUNT, wordCount=COUNT, value=TEXT)
    ),
    by=TEXT,
    located=TEXT,
    places=rows(NAMED),
    infoSources=rows(closed(name=TEXT, role=TEXT)),
    subjects=rows(NAMED),
    firstCreated=TIME,
    versionCreated=TIME,
    associations=rows(
        closed(
            ["name", "uri"],
            name=TEXT,
            rel=TEXT,
            uri=URI,
            type={"enum": ["picture"]},
            by=TEXT,
            descriptions=rows(VALUE),
            renditions=rows(RENDITION),
        )
    ),
    altIds=rows(closed(role=TEXT, value=TEXT)),
)
FORMATS = FormatChecker()


@FORMATS.checks("date-time")
def is_date_time(value: object) -> bool:
    """RFC 3339, as the standard wants it: seconds, and an offset with a colon or Z."""
    pattern = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"
    return not isinstance(value, str) or re.fullmatch(pattern, value) is not None


@FORMATS.checks("uri")
def is_uri(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"[a-z]+:[!-~]+", value) is not None


def export(exporter: Exporter, *articles: Article) -> str:
    file = io.BytesIO()
    writer = exporter(file, encoding="utf-8")
    writer.start_exporting()
    for article in articles:
        writer.export_item(article)
    writer.finish_exporting()
    return file.getvalue().decode()


def exported(exporter: Exporter, *articles: Article) -> list[dict[str, Any]]:
    return [json.loads(line) for line in export(exporter, *articles).splitlines()]


def test_ninjs() -> None:
    full, bare = exported(NinjsExporter, FULL, BARE)
    for item in (full, bare):
        Draft202012Validator(NINJS_PROFILE, format_checker=FORMATS).validate(item)
    assert full["uri"] == FULL.url
    assert full["located"] == "Душанбе"
    assert full["places"] == [
        {
            "name": "Душанбе",
            "rel": "dateline",
            "uri": "https://sws.geonames.org/1221874/",
            "literal": "ДУШАНБЕ",
        }
    ]
    assert full["descriptions"][-1] == {
        "role": "dateline",
        "contentType": "text/plain",
        "value": "ДУШАНБЕ, 23 дек — Sputnik, Анна Иванова.",
    }
    assert full["by"] == "Анна Иванова"
    assert full["infoSources"] == [{"name": "Sputnik", "role": "agency"}]
    assert full["bodies"][0]["value"] == FULL.body
    assert full["firstCreated"] == "2021-12-23T12:36:00+05:00"
    assert full["versionCreated"] == "2021-12-23T13:00:00+05:00"
    assert [image["uri"] for image in full["associations"]] == ["https://cdn.example/1.jpg"]
    # neither a midnight nor a place that is not sure
    assert set(bare) == {"uri", "standard", "type", "version", "pubStatus", "bodies", "altIds"}
    assert bare["uri"] == "urn:newswire:sputnik:unknown:f00"


def test_superdesk() -> None:
    full, bare = exported(SuperdeskExporter, FULL, BARE)
    assert full["guid"] == FULL.id
    assert full["located"] == "Душанбе"
    assert full["place"] == [{"code": "geonames:1221874", "name": "Душанбе"}]
    assert full["body_html"] == (
        "<p>Сегодня открылась &lt;большая&gt; выставка.</p><p>Она продлится неделю.</p>"
    )
    assert full["source"] == "Sputnik"
    assert full["extra"]["dateline"] == "ДУШАНБЕ, 23 дек — Sputnik, Анна Иванова."
    # the form that Superdesk parses: UTC, no fractions
    for key, instant in (("firstcreated", 7), ("versioncreated", 8)):
        assert datetime.strptime(full[key], "%Y-%m-%dT%H:%M:%S%z").hour == instant
        assert full[key].endswith("Z")
    assert not {"firstcreated", "versioncreated", "located", "extra"} & set(bare)
    assert all(key == key.lower() for key in full)


def test_json_ld() -> None:
    document = json.loads(export(JsonLdExporter, FULL, BARE))
    assert document["@context"] == "https://schema.org"
    full, bare = document["@graph"]
    assert (full["@type"], full["@id"]) == ("NewsArticle", FULL.url)
    assert full["dateline"] == "ДУШАНБЕ, 23 дек — Sputnik, Анна Иванова."
    assert full["locationCreated"] == [
        {"@type": "Place", "name": "Душанбе", "sameAs": "https://sws.geonames.org/1221874/"}
    ]
    assert full["datePublished"] == "2021-12-23T12:36:00+05:00"
    assert full["author"] == [{"@type": "Person", "name": "Анна Иванова"}]
    assert bare["datePublished"] == "2021-12-23"
    assert bare["articleBody"] == BARE.body
    assert "dateline" not in bare


def test_json_ld_of_nothing() -> None:
    assert json.loads(export(JsonLdExporter)) == {"@context": "https://schema.org", "@graph": []}


def test_authors_of_the_page_come_before_the_byline() -> None:
    article = Article(id="a", authors=["Пётр Сидоров"], dateline=FULL.dateline, body="Текст.")
    assert exported(NinjsExporter, article)[0]["by"] == "Пётр Сидоров"


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("x.ninjs.jsonl", ("x.ninjs.jsonl", "ninjs.jsonl")),
        ("out/x.superdesk.jsonl", ("out/x.superdesk.jsonl", "superdesk.jsonl")),
        ("x.jsonld", ("x.jsonld", "jsonld")),
        ("x.jsonl", ("x.jsonl", "jsonl")),
        ("ninjs.jsonl", ("ninjs.jsonl", "jsonl")),
        ("x.jsonl:ninjs.jsonl", ("x.jsonl", "ninjs.jsonl")),
        ("x.ninjs.jsonl:csv", ("x.ninjs.jsonl", "csv")),
    ],
)
def test_output_option_chooses_the_format(output: str, expected: tuple[str, str]) -> None:
    names = {"ninjs.jsonl": "Ninjs", "superdesk.jsonl": "Superdesk", "jsonld": "JsonLd"}
    exporters = {name: f"newswire.feeds.{cls}Exporter" for name, cls in names.items()}
    settings = Settings({"FEED_EXPORTERS": exporters})
    feeds = feed_process_params_from_cli(settings, [], overwrite_output=[output])
    settings.set("FEEDS", feeds, priority="cmdline")
    FeedFormats().update_settings(settings)
    uri, form = expected
    assert settings["FEEDS"][uri] == {"format": form, "overwrite": True}
