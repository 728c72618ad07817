"""How is a page read with a template? One walk, blocks in reading order.

Each element that the template knows opens a part, which its texts go to, until an element inside it
opens another. Outside all parts a text is passed over; inside the article's text whatever the
template does not know stays text.
"""

from __future__ import annotations

from itertools import islice

from lxml import etree

from newswire.dateline import dates
from newswire.page import budget
from newswire.page.captions import (
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
    Kind,
    Part,
    Template,
)
from newswire.page.templates.evidence import SHOWN, holds_text, is_prose_of, judge, kind_of
from newswire.page.templates.seen import Seen
from newswire.page.visible import Said, is_hidden
from newswire.text.characters import size, tidy
from newswire.text.folding import loose

# elements without text of the article; what is between the tags of a player is for old browsers
_SILENT_NAMES = (
    "script style noscript template svg math iframe object embed audio video button select "
    "textarea input head amp-ad amp-analytics amp-audio amp-embed amp-iframe amp-sidebar "
    "amp-social-share amp-video"
)
SILENT = frozenset(_SILENT_NAMES.split())
# without a line break before and after; all others have one
_INLINE_NAMES = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt "
    "ruby s samp small span strike strong sub sup time tt u var wbr"
)
INLINE = frozenset(_INLINE_NAMES.split())
_PICTURES = frozenset({"figure", "figcaption"})
# parts that an element of the same part inside them changes nothing of
_GOES_ON = frozenset(
    [Kind.HEADLINE, Kind.LEDE, Kind.TEXT, Kind.PICTURE, Kind.CREDIT, Kind.SECTION, Kind.LABELS]
)
# elements that most texts are made of, which hold nothing but lines
_BLOCKS = frozenset(["div", "p", "section", "ul", "ol", "li", "blockquote", "h2", "h3", "h4"])
_BREAK = "\x1e"


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
        self._template, self._sign = template, template.sign
        self._url = url
        self._said, self._unfold = Said(tree), unfold
        self._part = SKIP
        self._pictures = self._gallery = False
        self._texts: list[str] = []
        self._link = False
        self._seen = Seen(self.facts, url)
        self._in_head = True
        self._walk(tree)
        self._flush()
        self.facts.related = self._seen.stories()

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
        return hidden > 0 and hidden > sum(
            size(b.text) for b in self.blocks if b.role is Role.PARAGRAPH
        )

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
        below = element.iterdescendants()
        for each in below:
            part = self._sign(each).part
            if part is not None and self._is_hidden(each) and not self._template.hidden:
                part = HIDDEN
            if part is not None and self._may_open(part):
                self._open(part, each)
            elif each.tag not in SILENT:
                continue
            # what is below it has been read, or is silent
            inside = len(list(each.iterdescendants()))
            next(islice(below, inside, inside), None)

    def _walk(self, element: etree._Element) -> None:
        if self._part is SKIP:
            self._seek(element)
            return
        if text := element.text:
            self._texts.append(text)
        for child in element:
            self._element(child)
            if text := child.tail:
                self._texts.append(text)

    def _element(self, element: etree._Element) -> None:
        tag = element.tag
        if tag in SILENT:
            return
        part = HIDDEN if self._is_hidden(element) else self._inside(element)
        if part is self._part and tag in _BLOCKS and part.kind in _GOES_ON:
            part = None  # on a line of its own
        if part is not None:
            self._open(part, element)
        elif tag == "br":
            self._texts.append(_BREAK)
        elif tag in ("img", "amp-img"):
            self._image(element)
        elif tag == "tr" and self._part.kind is Kind.TEXT:
            self._row(element)
        elif tag == "a" and self._part.kind in (Kind.TAGS, Kind.AUTHOR):
            self._follow(element)
        elif tag in INLINE:
            # `<span>00:03</span>05.01.2012` stands apart by style
            gap = " " if self._part.kind is Kind.DATE else ""
            self._texts.append(gap)
            self._walk(element)
            self._texts.append(gap)
        else:
            if self._texts:
                self._flush()
            self._walk(element)
            if self._texts:
                self._flush()

    def _inside(self, element: etree._Element) -> Part | None:
        """Return the part that `element` opens where it stands: in the text, text goes first."""
        sign, here = self._sign(element), self._part.kind
        if here is not Kind.TEXT:
            part = sign.part
            if here is Kind.LABELS and is_prose_of(self._part, element):
                return TEXT if part is None or part.kind is Kind.LABELS else part
            return part
        part = sign.inside
        if part is TEXT or part is HIDDEN:
            return part
        tag = element.tag
        if part is None and tag in _PICTURES:
            part = PICTURE
        if part is None:
            return self._unknown(element)
        if part.kind in (Kind.HEADLINE, Kind.TITLE) and self._is_subheading(element):
            return None
        if part.kind is Kind.LEDE and (self.facts.description or not self._in_head):
            return None
        if sign.own:
            return part
        match part.kind:
            case Kind.PICTURE if (
                tag == "figure" and next(element.iter("blockquote", "table"), None) is not None
            ):
                return None
            case Kind.TAGS if tag in INLINE:
                return None
            case Kind.FURNITURE if holds_text(self._template, part, element):
                return part._replace(kind=Kind.LABELS)
        return part

    def _is_hidden(self, element: etree._Element) -> bool:
        if self._unfold:
            return False
        return is_hidden(element) or (
            element.get("aria-hidden") is not None and self._said.twice(element)
        )

    def _is_subheading(self, element: etree._Element) -> bool:
        text = loose(tidy("".join(SHOWN(element))))
        return self.facts.headline is not None and text != loose(self.facts.headline)

    def _unknown(self, element: etree._Element) -> Part | None:
        """Return the part of an element that no row knows; note the kind that it says it is."""
        if element.tag in INLINE:
            return None
        kind = kind_of(element) if self._template.types else None
        if kind:
            self.unknown.add(kind)
        return judge(element, kind, self._url)

    def _open(self, part: Part, element: etree._Element) -> None:
        """Read `element` as `part`, then go on with the part that it stands in."""
        tag = element.tag
        if self._texts and tag not in INLINE:
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
            self._link = next(element.iterdescendants("a"), None) is None
        elif part.kind in (Kind.DATE, Kind.MODIFIED):
            self._seen.instant(element, part.kind)
        if tag in ("img", "amp-img"):
            self._image(element)
        elif tag == "a":
            self._follow(element)
        else:
            self._walk(element)
        if self._texts:
            self._flush()
        if part.kind is Kind.GALLERY and not any(
            b.role is Role.PARAGRAPH for b in self.blocks[start:]
        ):
            self._promote_gallery(start, shown)
        self._part, self._texts, self._pictures, self._link = outer, texts, pictures, link
        self._gallery = gallery

    def _leave_out(self, part: Part, element: etree._Element) -> None:
        """Drop `element` as one block; note the stories that it leads to."""
        text = tidy(" ".join(SHOWN(element)))
        if part is RELATED:
            for link in element.iter("a"):
                title = tidy("".join(SHOWN(link))) or tidy(link.get("title") or "")
                if not is_credit(title):
                    self._seen.story(link.get("href"), title)
                text = text or title
        if any(map(str.isalnum, text)):
            self.blocks.append(Block(text, role=Role.FURNITURE, rule=part.rule))

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
                    self._seen.caption(text)
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
                self._seen.caption(text)
            case Kind.CREDIT:
                self._seen.credit(text)
            case Kind.DATE:
                self._seen.printed(text)
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

    def _image(self, element: etree._Element) -> None:
        if self._pictures:
            self._seen.picture(element, in_head=self._in_head)
