"""What do all templates of the simulated wire share? Escaping, times, and facts for machines."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from zlib import crc32

from newswire.simulator.editions import Edition
from newswire.simulator.model import Article, Outline, Picture

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around an article: whose site, at which root, when, and its newest headlines."""

    edition: Edition
    base: str  # no slash at the end
    now: datetime
    latest: tuple[Outline, ...] = ()

    def label(self, name: str) -> str:
        """Return an escaped piece of the edition's furniture."""
        return e(self.edition.lang.labels[name])


def e(text: str) -> str:
    """Escape for text and for attributes."""
    return escape(text, quote=True)


def clock(moment: datetime) -> str:
    """Return the visible date and time, `16:13 23.12.2021`."""
    return moment.strftime("%H:%M %d.%m.%Y")


def offset_minutes(moment: datetime) -> str:
    """Return a time as the microdata has it, `2021-12-23T16:13+0500`."""
    return moment.strftime("%Y-%m-%dT%H:%M%z")


def utc(moment: datetime) -> str:
    """Return a time as the meta elements of the old template have it, `2021-12-23T11:13:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def rfc822(moment: datetime) -> str:
    """Return a time as RSS has it, whatever the machine's language."""
    weekday, month = WEEKDAYS[moment.weekday()], MONTHS[moment.month - 1]
    return moment.strftime(f"{weekday}, %d {month} %Y %H:%M:%S %z")


def http_date(moment: datetime) -> str:
    """Return a time as HTTP headers have it."""
    return rfc822(moment.astimezone(UTC))[:-5] + "GMT"


def alt(picture: Picture, edition: Edition) -> str:
    """Return the text of a picture's alt and title, `Caption - Site, 1920, 23.12.2021`."""
    return f"{picture.caption} - {edition.site}, 1920, {picture.day:%d.%m.%Y}"


def summary(article: Article) -> str:
    """Return the description for machines: the lede, else the beginning of the text, cut."""
    text = article.description or article.first_text()
    return text if len(text) <= 160 else text[:157].rsplit(" ", 1)[0] + "..."


def full_text(article: Article) -> str:
    """Return the article's text as `articleBody` has it: paragraphs glued without a blank."""
    glued = "".join(line for block in article.blocks for line in block.lines())
    return f"{article.dateline.raw} {glued}" if article.dateline else glued


def linked(text: str, frame: Frame) -> str:
    """Escape a paragraph, and set a link and no-break blanks into one of three, as the wire does.

    The text that a reader sees stays the same but for the kind of two blanks.
    """
    words = text.split(" ")
    mark = crc32(text.encode())
    if mark % 3 or len(words) < 6:
        return e(text)
    at = 2 + mark // 3 % (len(words) - 4)
    link = f'<a href="{frame.base}/tags/{mark % 97}/" target="_blank">{e(words[at])}</a>'
    before, after = e(" ".join(words[:at])), e(" ".join(words[at + 1 :]))
    return f"{before}&nbsp;{link}&nbsp;{after}"


def headed(article: Article, frame: Frame) -> str:
    """Return the first paragraph with its dateline, marked up in one of the ways of the wire."""
    text, head = linked(article.first_text(), frame), article.dateline
    if head is None:
        return text
    raw = e(head.raw)
    forms = [f"<strong>{raw}</strong> {text}", f"<strong>{raw} </strong>{text}", f"{raw} {text}"]
    if raw.endswith("."):
        forms.append(f"<span>{raw[:-1]}</span>.&nbsp;{text}")
    return forms[article.outline.id % len(forms)]


def json_ld(article: Article, frame: Frame) -> str:
    """Return a schema.org NewsArticle in a script element."""
    edition, o = frame.edition, article.outline
    name = article.author or edition.site
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": frame.base + o.path},
        "headline": o.headline,
        "description": summary(article),
        "datePublished": offset_minutes(o.published),
        "dateModified": offset_minutes(article.modified),
        "author": {"@type": "Person" if article.author else "Organization", "name": name},
        "publisher": {"@type": "Organization", "name": edition.site},
        "image": {"@type": "ImageObject", "url": o.picture.url, "width": 1920, "height": 1080},
        "articleSection": o.section[1],
        "keywords": list(article.tags),
        "inLanguage": edition.language,
    }
    text = json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/ld+json">{text}</script>'


def head(article: Article, frame: Frame, title: str, rubric: str | None = None) -> str:
    """Return the elements of `<head>` that both generations have.

    Since 2021 the rubric has its name there, before its address.
    """
    edition, o, url = frame.edition, article.outline, frame.base + article.outline.path
    text = e(summary(article))
    return (
        f'<meta charset="utf-8"><title>{e(title)}</title>'
        f'<meta name="description" content="{text}">'
        f'<meta name="keywords" content="{e(", ".join(article.tags))}">'
        f'<meta name="analytics:site_domain" content="{edition.host}">'
        f'<meta name="analytics:article_id" content="{o.id}">'
        f'<meta name="analytics:p_ts" content="{int(o.published.timestamp())}">'
        f'<meta name="analytics:rubric" content="{e(rubric or o.section[0])}">'
        f'<meta name="analytics:tags" content="{e(", ".join(article.tags))}">'
        f'<link rel="canonical" href="{url}"><link rel="amphtml" href="{frame.base}/amp{o.path}">'
        f'<link rel="alternate" hreflang="{edition.language}" href="{url}">'
        f'<link rel="alternate" type="application/rss+xml" href="/export/rss2/archive/index.xml">'
        f'<meta property="og:type" content="article">'
        f'<meta property="og:title" content="{e(o.headline)}">'
        f'<meta property="og:url" content="{url}">'
        f'<meta property="og:site_name" content="{e(edition.site)}">'
        f'<meta property="og:description" content="{text}">'
        f'<meta property="og:image" content="{o.picture.url}">'
        f'<meta name="twitter:title" content="{e(o.headline)}">'
    )
