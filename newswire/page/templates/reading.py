"""How is a page read with a template? One walk, blocks in reading order.

Each element that the template knows opens a part, which its texts go to, until an element inside it
opens another. Outside all parts a text is passed over; inside the article's text whatever the
template does not know stays text.
"""

from __future__ import annotations

import re

from lxml import etree

from newswire.dateline import dates
from newswire.dateline.given import moment
from newswire.items import Evidence, Image, Related
from newswire.page import budget
from newswire.page.captions import (
    RELATED_WORDS,
    alternative_text,
    clean_credit,
    is_counter,
    is_credit,
)
from newswire.page.model import Block, Facts, Role
from newswire.page.sources import plain
from newswire.page.templates.base import (
    HEADLINE,
    HIDDEN,
    PICTURE,
    RELATED,
    SKIP,
    TEXT,
    UNKNOWN,
    Kind,
    Part,
    Template,
)
from newswire.page.visible import is_copy, is_hidden
from newswire.text.characters import ends_sentence, size, tidy, word_count
from newswire.text.folding import loose
from newswire.wires.urls import absolute, article_key

# elements without text of the article; what is between the tags of a player is for old browsers
_SILENT_NAMES = (
    "script style noscript template svg math iframe object embed audio video button select "
    "textarea input head amp-ad amp-analytics amp-audio amp-embed amp-iframe amp-sidebar "
    "amp-social-share amp-video"
)
_SILENT = frozenset(_SILENT_NAMES.split())
# without a line break before and after; all others have one
_INLINE_NAMES = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt "
    "ruby s samp small span strike strong sub sup time tt u var wbr"
)
_INLINE = frozenset(_INLINE_NAMES.split())
_PICTURES = frozenset({"figure", "figcaption"})
# what text stands in, and how many words of it no control or label of a player has
_PROSE = frozenset({"p", "blockquote", "table"})
_PROSE_WORDS = 4
# what is said in a player is for old browsers, and of an author not the article's
_NO_PROSE = frozenset({"player", "byline"})
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
# values of `data-type`; others are not the name of a kind
_KIND = re.compile(r"[a-z][a-z0-9-]{0,30}")
_BREAK = "\x1e"
_SHOWN = etree.XPath(".//text()[not(parent::script or parent::style or parent::noscript)]")
# placeholders, icons of the site
_NO_PICTURE = re.compile(r"data:|.*/i/|.*\bclear\.gif")


class Reading:
    """A page as a template sees it; `url` is what its links are relative to.

    With `unfold` what is hidden counts as shown.

    Attributes:
        blocks: in reading order, those of furniture with their rule.
        facts: what the visible page says of the article.
        unknown: values of `data-type` in the text that the template does not know.
    """

    def __init__(
        self,
        template: Template,
        tree: etree._Element,
        url: str | None,
        *,
        unfold: bool = False,
    ) -> None:
        self.blocks: list[Block] = []
        self.facts = Facts()
        self.unknown: set[str] = set()
        self._template = template
        self._url = url
        self._tree, self._unfold = tree, unfold
        self._part = SKIP
        self._pictures = self._gallery = False
        self._texts: list[str] = []
        self._link = False
        self._stories: dict[str, str] = {}
        self._shown: set[str | None] = set()
        self._in_head = True
        self._walk(tree)
        self._flush()
        self.facts.related = [Related(title, url) for url, title in self._stories.items()]

    @property
    def has_text(self) -> bool:
        """Whether the page shows a text that is more than headline, lede and captions."""
        return any(b.role is Role.PARAGRAPH for b in self.blocks)

    def promote_captions(self) -> bool:
        """Make captions the text of a page of pictures; tell whether there are any."""
        return self._promote(0)

    @property
    def mostly_hidden(self) -> bool:
        """Whether more of the text is hidden than shown: a click unfolds it."""
        hidden = sum(size(b.text) for b in self.blocks if b.rule == HIDDEN.rule)
        return hidden > sum(size(b.text) for b in self.blocks if b.role is Role.PARAGRAPH)

    def _promote(self, start: int) -> bool:
        """Make the captions from block `start` on the text, each once, counters left out."""
        last, found = "", False
        for block in self.blocks[start:]:
            said = loose(block.text)
            if block.rule != PICTURE.rule or said == last:
                continue
            if is_counter(block.text) or is_credit(block.text):
                continue
            block.role, block.rule, last, found = Role.PARAGRAPH, None, said, True
        return found

    def promote_lede(self) -> None:
        """Make the lede the text of a page that has no other: of a video, of an infographic."""
        for block in self.blocks:
            if block.role is Role.DESCRIPTION:
                block.role = Role.PARAGRAPH

    def _promote_gallery(self, start: int, shown: int) -> None:
        """Make the captions of a gallery its text; `shown` pictures stand before it."""
        if not self._promote(start):
            texts = (image.caption for image in self.facts.images[shown:])
            self.blocks += [Block(text) for text in texts if text]
        self._in_head &= not self.has_text

    # --- the walk -------------------------------------------------------------------------------

    def _seek(self, element: etree._Element) -> None:
        """Find the parts below `element`, which is in none."""
        part_of = self._template.part
        for child in element:
            part = part_of(child)
            if part is not None and self._is_hidden(child) and not self._template.hidden:
                part = HIDDEN
            if part is not None and self._may_open(part):
                self._open(part, child)
            elif len(child) and child.tag not in _SILENT:
                self._seek(child)

    def _walk(self, element: etree._Element) -> None:
        if self._part is SKIP:
            self._seek(element)
            return
        if element.text:
            self._texts.append(element.text)
        for child in element:
            self._element(child)
            if child.tail:
                self._texts.append(child.tail)

    def _element(self, element: etree._Element) -> None:
        tag = element.tag
        if tag in _SILENT:
            return
        part = self._inside(element)
        if part is not None and self._may_open(part):
            self._open(part, element)
        elif tag == "br":
            self._texts.append(_BREAK)
        elif tag in ("img", "amp-img"):
            self._image(element)
        elif tag == "tr" and self._part.kind is Kind.TEXT:
            self._row(element)
        elif tag == "a" and self._part.kind in (Kind.TAGS, Kind.AUTHOR):
            self._follow(element)
        elif tag in _INLINE:
            # `<span>00:03</span>05.01.2012` stands apart by style
            gap = " " if self._part.kind is Kind.DATE else ""
            self._texts.append(gap)
            self._walk(element)
            self._texts.append(gap)
        else:
            self._flush()
            self._walk(element)
            self._flush()

    def _inside(self, element: etree._Element) -> Part | None:
        """Return the part that `element` opens where it stands: in the text, text goes first."""
        tag = element.tag
        if self._is_hidden(element):
            return HIDDEN
        if self._part.kind is Kind.LABELS and _is_prose_of(self._part, element):
            part = self._template.part(element)
            return TEXT if part is None or part.kind is Kind.LABELS else part
        if self._part.kind is not Kind.TEXT:
            return self._template.part(element)
        part = self._template.part(element, in_text=True)
        if part is None and tag in _PICTURES:
            part = PICTURE
        if part is None:
            return self._unknown(element)
        if part.kind in (Kind.HEADLINE, Kind.TITLE) and self._is_subheading(element):
            return None
        if part.kind is Kind.LEDE and (self.facts.description or not self._in_head):
            return None
        if part is HIDDEN or self._template.names(element, part):
            return part
        match part.kind:
            case Kind.PICTURE if (
                tag == "figure" and next(element.iter("blockquote", "table"), None) is not None
            ):
                return None
            case Kind.TAGS if tag in _INLINE:
                return None
            case Kind.FURNITURE if self._holds_text(part, element):
                return part._replace(kind=Kind.LABELS)
        return part

    def _is_hidden(self, element: etree._Element) -> bool:
        if self._unfold:
            return False
        return is_hidden(element) or is_copy(element, self._tree)

    def _is_subheading(self, element: etree._Element) -> bool:
        text = loose(tidy("".join(_SHOWN(element))))
        return self.facts.headline is not None and text != loose(self.facts.headline)

    def _unknown(self, element: etree._Element) -> Part | None:
        """Return a part for a block of an unknown kind if the evidence is against it.

        It is other stories if all of it leads to them. The wire keeps its furniture out of the
        snippets of search engines; no text of a real page was marked so, but a mark alone proves
        nothing: the block must have no sentence, or consist of links, as well.
        """
        if element.tag in _INLINE or element.tag in _HEADINGS:
            return None
        kind, aside = element.get("data-type", ""), element.get("data-nosnippet") == "true"
        named = bool(self._template.types and _KIND.fullmatch(kind))
        if not (named or aside):
            return None
        if named:
            self.unknown.add(kind)
        links = list(element.iter("a"))
        linked = sum(size("".join(_SHOWN(link))) for link in links)
        if linked and 10 * linked >= 9 * size("".join(_SHOWN(element))):
            urls = [absolute(self._url, link.get("href") or "") for link in links]
            if all(url and article_key(url) for url in urls):
                return RELATED
            return UNKNOWN if aside else None
        spoken = any(ends_sentence(tidy(text)) for text in _SHOWN(element))
        return UNKNOWN if aside and not spoken else None

    def _holds_text(self, part: Part, element: etree._Element) -> bool:
        return any(
            self._template.part(each) is TEXT or _is_prose_of(part, each)
            for each in element.iterdescendants("*")
        )

    def _open(self, part: Part, element: etree._Element) -> None:
        """Read `element` as `part`, then go on with the part that it stands in."""
        if element.tag not in _INLINE:
            self._flush()
        if part is SKIP:
            return
        if part.kind is Kind.TITLE:
            part = TEXT if self._is_subheading(element) else HEADLINE
        if part.kind in (Kind.FURNITURE, Kind.STORIES):
            self._leave_out(part, element)
            return
        start, shown, gallery = len(self.blocks), len(self.facts.images), self._gallery
        self._gallery |= part.kind is Kind.GALLERY
        outer, texts, pictures, link = self._part, self._texts, self._pictures, self._link
        self._part, self._texts = part, []
        self._pictures = part.kind in (Kind.PICTURE, Kind.GALLERY, Kind.TEXT)
        if part.kind in (Kind.AUTHOR, Kind.TAGS):
            # names without links stand alone
            self._link = element.find(".//a") is None
        elif part.kind in (Kind.DATE, Kind.MODIFIED):
            self._instant(element)
        if element.tag in ("img", "amp-img"):
            self._image(element)
        elif element.tag == "a":
            self._follow(element)
        else:
            self._walk(element)
        self._flush()
        if part.kind is Kind.GALLERY and not any(
            b.role is Role.PARAGRAPH for b in self.blocks[start:]
        ):
            self._promote_gallery(start, shown)
        self._part, self._texts, self._pictures, self._link = outer, texts, pictures, link
        self._gallery = gallery

    def _leave_out(self, part: Part, element: etree._Element) -> None:
        """Drop `element` as one block; note the stories that it leads to."""
        text = tidy(" ".join(_SHOWN(element)))
        if part is RELATED:
            for link in element.iter("a"):
                title = tidy("".join(_SHOWN(link))) or tidy(link.get("title") or "")
                if not is_credit(title):
                    self._story(link.get("href"), title)
                text = text or title
        if any(map(str.isalnum, text)):
            self.blocks.append(Block(text, role=Role.FURNITURE, rule=part.rule))

    def _story(self, href: str | None, title: str) -> None:
        """Note another story; of two links to it the one with the longer text counts."""
        if not title or not href or href.startswith("#"):
            return
        url = absolute(self._url, href.split("#")[0])
        if url and (word_count(title) >= RELATED_WORDS or article_key(url)):
            self._stories[url] = max(title, self._stories.get(url, ""), key=size)

    def _may_open(self, part: Part) -> bool:
        """Return True if `part` opens here: below the text a picture is that of another story."""
        of_picture = part.kind in (Kind.PICTURE, Kind.CREDIT)
        return self._in_head or self._part is not SKIP or not of_picture

    def _row(self, row: etree._Element) -> None:
        """Read a row of a table as one line."""
        self._flush()
        start = len(self.blocks)
        cells = []
        for cell in row:
            self._walk(cell)
            self._flush()
            texts = [b.text for b in self.blocks[start:] if b.role is Role.PARAGRAPH]
            self.blocks[start:] = [b for b in self.blocks[start:] if b.rule]
            start = len(self.blocks)
            cells.append(" ".join(texts))
        if any(cells):
            self._text(" | ".join(cells))

    def _follow(self, link: etree._Element) -> None:
        """Read the link of a tag or an author as a text of its own."""
        self._flush()
        self._link = True
        self._walk(link)
        self._flush()
        self._link = False

    # --- texts ----------------------------------------------------------------------------------

    def _flush(self) -> None:
        """Give the collected text to the open part."""
        if not self._texts:
            return
        budget.check_parts(len(self.blocks))
        text = "".join(self._texts)
        self._texts = []
        if text.isspace():
            return
        if self._part.kind is Kind.HEADLINE:
            # one line, wherever it is broken
            text = plain(text.replace(_BREAK, " "))
        for line in text.split(_BREAK) if _BREAK in text else (text,):
            tidied = tidy(line)
            # marks between the parts of furniture say nothing; in the text they part its sections
            if tidied and (self._part is TEXT or any(map(str.isalnum, tidied))):
                self._text(tidied)

    def _text(self, text: str) -> None:
        part, facts = self._part, self.facts
        match part.kind:
            case Kind.TEXT:
                self._in_head = False
                if self._gallery:
                    self._caption(text)
                self.blocks.append(Block(text))
                return
            case Kind.LEDE:
                self._lede(text)
                return
            case Kind.HEADLINE if facts.headline is None:
                facts.headline = text
                self.blocks.append(Block(text, role=Role.HEADLINE))
                return
            case Kind.PICTURE | Kind.GALLERY:
                self._caption(text)
            case Kind.CREDIT:
                self._credit(text)
            case Kind.DATE:
                self._printed(text)
            case Kind.MODIFIED:
                facts.modified = next(iter(dates.printed_days(text)), facts.modified)
            case Kind.SECTION:
                facts.section = facts.section or text
            case Kind.AUTHOR | Kind.TAGS:
                self._linked(text)
        self.blocks.append(Block(text, role=Role.FURNITURE, rule=part.rule))

    def _lede(self, text: str) -> None:
        """Add to the lede, which is one block."""
        for block in self.blocks:
            if block.role is Role.DESCRIPTION:
                block.text = f"{block.text} {text}"
                self.facts.description = block.text
                return
        self.facts.description = text
        self.blocks.append(Block(text, role=Role.DESCRIPTION))

    def _linked(self, text: str) -> None:
        named = self.facts.authors if self._part.kind is Kind.AUTHOR else self.facts.keywords
        if self._link and text not in named:
            named.append(text)

    def _instant(self, element: etree._Element) -> None:
        """Note the machine-readable time of a date."""
        said = self.facts.dates
        for each in element.iter():
            if instant := moment(each.get("data-unixtime")):
                if self._part.kind is Kind.DATE:
                    said.setdefault(Evidence.UNIXTIME, instant)
                return
            if day := moment(each.get("datetime")):
                if self._part.kind is Kind.MODIFIED:
                    self.facts.modified = day
                else:
                    said.setdefault(Evidence.PRINTED, day)
                return

    def _printed(self, text: str) -> None:
        if found := dates.printed(text):
            # a time with its zone says more than the day alone
            if len(found.published) > len(self.facts.dates.get(Evidence.PRINTED, "")):
                self.facts.dates[Evidence.PRINTED] = found.published
            self.facts.modified = self.facts.modified or found.modified

    # --- pictures -------------------------------------------------------------------------------

    def _image(self, element: etree._Element) -> None:
        """Note a picture of the article."""
        if not self._pictures:
            return
        url = _source(element)
        if url is None:
            return
        caption = tidy(element.get("alt") or element.get("title") or "")
        day = None
        if alt := alternative_text(caption, self.facts.site_name):
            self.facts.site_name = self.facts.site_name or alt["site"]
            caption = alt["caption"]
            day = next(iter(dates.printed_days(alt["date"] or "")), None)
        image = Image(absolute(self._url, url), caption or None, None, day)
        images = self.facts.images
        if day and not images and self._in_head:
            self.facts.dates.setdefault(Evidence.CAPTION, day)
        if image.url not in self._shown:
            self._shown.add(image.url)
            images.append(image)

    def _caption(self, text: str) -> None:
        images = self.facts.images
        if images and (
            images[-1].caption is None or loose(text).startswith(loose(images[-1].caption))
        ):
            images[-1].caption = text

    def _credit(self, text: str) -> None:
        images = self.facts.images
        if images and images[-1].credit is None:
            images[-1].credit = clean_credit(text.rstrip(" |")) or None


def _is_prose_of(furniture: Part, element: etree._Element) -> bool:
    """Tell whether `element` inside furniture is text; that of a player is for old browsers."""
    if furniture.rule in _NO_PROSE:
        return False
    if element.tag not in _PROSE:
        # what stands around the entries of a live page is labels, but for whole sentences
        return furniture.rule == "live-time" and _is_sentence(element)
    return word_count(" ".join(_SHOWN(element))) >= _PROSE_WORDS


def _is_sentence(element: etree._Element) -> bool:
    text = tidy(element.text or "")
    return word_count(text) >= _PROSE_WORDS and ends_sentence(text)


def _source(image: etree._Element) -> str | None:
    """Return the address of a picture, None for a placeholder."""
    for name in ("data-src", "data-original", "src"):
        url: str | None = image.get(name)
        if url and not _NO_PICTURE.match(url):
            return url.strip()
    return None
