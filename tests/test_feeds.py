"""Feeds of the trade: what an article becomes in ninjs, in Superdesk's ninjs and in JSON-LD."""

from __future__ import annotations

import io
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import FormatChecker, ValidationError
from jsonschema.validators import validator_for
from scrapy.settings import Settings
from scrapy.utils.conf import feed_process_params_from_cli

from newswire.feeds.routing import FeedFormats
from newswire.feeds.trade import JsonLdExporter, NinjsExporter, SuperdeskExporter
from newswire.items import Article, Dateline, Image, Place, Source
from tests.crawl import Crawl

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

# IPTC's schemas, with their licence
SCHEMAS = Path(__file__).with_name("ninjs")
# what Superdesk adds to ninjs 1.x, as its ingest reads it
SUPERDESK = ("guid", "source", "extra", "keywords", "authors")
FORMATS = FormatChecker()


@FORMATS.checks("date-time")
def is_date_time(value: object) -> bool:
    """RFC 3339, as the standard wants it: seconds, and an offset with a colon or Z."""
    pattern = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"
    return not isinstance(value, str) or re.fullmatch(pattern, value) is not None


@FORMATS.checks("uri")
def is_uri(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"[a-z]+:[!-~]+", value) is not None


def export(exporter: Exporter, *articles: Article | dict[str, Any]) -> str:
    file = io.BytesIO()
    writer = exporter(file, encoding="utf-8")
    writer.start_exporting()
    for article in articles:
        writer.export_item(article)
    writer.finish_exporting()
    return file.getvalue().decode()


def exported(exporter: Exporter, *articles: Article | dict[str, Any]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in export(exporter, *articles).splitlines()]


def valid(items: list[dict[str, Any]], version: str, *more: str) -> None:
    """Hold items to a version of ninjs, with more properties than it has."""
    schema = json.loads((SCHEMAS / f"ninjs-schema_{version}.json").read_text("utf-8"))
    schema.setdefault("properties", {}).update({name: {} for name in more})
    validator = validator_for(schema)(schema, format_checker=FORMATS)
    for item in items:
        validator.validate(item)
    with pytest.raises(ValidationError):
        validator.validate(items[0] | {"no-property": 1})


def test_every_article_is_valid(fixtures_crawl: Crawl) -> None:
    articles: list[Article | dict[str, Any]] = [FULL, BARE, *fixtures_crawl.items]
    valid(exported(NinjsExporter, *articles), "3.1")
    valid(exported(SuperdeskExporter, *articles), "1.5", *SUPERDESK)


def test_ninjs() -> None:
    full, bare = exported(NinjsExporter, FULL, BARE)
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
