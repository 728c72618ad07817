"""The hidden schema.org block of a page, when a text scraper saved it with the rest.

Order as seen on the wire (`shared` field names of schema.org NewsArticle): address, headline twice,
site, announcement with day and site, dateCreated, datePublished, dateModified, keywords, picture,
articleBody with its paragraphs glued together, mentions, publisher with e-mail and telephone.
"""

from __future__ import annotations

import re
from itertools import islice, pairwise

from newswire.boilerplate.sheet import Sheet
from newswire.boilerplate.traits import PROSE, is_prose, traits
from newswire.dateline import dates
from newswire.items import Evidence, Image
from newswire.page.model import Block, Role
from newswire.text.characters import ends_sentence, size
from newswire.text.folding import loose
from newswire.wires.urls import article_key

_ISO = r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:[+-]\d\d:?\d\d|Z)?"
_ISO_LINE = re.compile(_ISO)
# `2020-05-17T21:15:22+03:002020-05-17T…https://…png` before the first paragraph, all glued
_GLUED_HEAD = re.compile(rf"[\"']?{_ISO}.{{0,1200}}\.(?:html|png|jpe?g|webp|svg)", re.IGNORECASE)
_TELEPHONE = re.compile(r"\+?\d{7}")
_CROP = re.compile(r"\d{3,4} \d{3,4} true")
_LOCALE = re.compile(r"[a-z]{2}_[A-Z]{2}")
# a sentence ends, and another begins
_SENTENCE_END = re.compile(r"[^\W\d_]{3}[.!?…][\"»”]? ?[^\W\d_]|[。！？]\S")
_YEAR = re.compile(r"(?:19|20)\d\d")
# `<announcement> 30.08.2026, <site>. <full text>`: both begin with the same words
_ANNOUNCED = re.compile(r"(?P<day>\d{2}\.\d{2}\.\d{4}), (?P<site>[^.,]{3,40}?)(?:\.|$) ?")
# `<caption> - <site>, 1920, DD.MM.YYYYNext paragraph`
_GLUED_CAPTION = re.compile(
    r" [-–—] [^,.]{2,40}, \d{3,4}, (?P<day>\d{2}\.\d{2}\.\d{4})(?=[^\W\d_]|[\"«“])"
)
_END = re.compile(r"[.!?…][\"»”]?(?= ?[^\W\d_])")
# an instant or a day: the head of a hidden block, its announcement and captions have one
_STAMP = re.compile(r"\d\d(?:\.\d\d\.\d{4}|\d\d-\d\d-\d\dT)")
# a hidden block saved as one line is among the first lines of a page
GLUED_BLOCKS = 40
# where a sentence may be glued to the next: a stop, perhaps a closing quote, and a capital, an
# opening quote or a dialogue dash without a blank before it
_GLUE = re.compile(
    '(?<=[^\\W\\d_]{3})[.!?…](?P<close>[»”]?)(?=(?:["«“„] ?)?[^\\W\\d_]{2}|[—–] [^\\W\\d_])'
    '|(?<=[.!?…])(?P<quote>")(?=[^\\W\\d_]{2})'
)
# what every such place has, and few texts: a stop in front of something else than a blank
_NO_BLANK = re.compile(r"[.!?…]\S")


# `Mail.Ru Group`, `"Газета.Ru"`, `Kaktus.Media,`: the name of a site
_SUFFIX = re.compile(r"[^\W\d_]{2,4}\b(?! [^\W\d_A-ZА-Я])|[^\W\d_]+[,\"»”)]")


def unfold(sheet: Sheet) -> None:
    """Drop the hidden block, keep its text as paragraphs where the page has no other."""
    _stored_head(sheet)
    todo = sheet.open
    plain = {id(block) for block in todo if not _STAMP.search(block.text)}
    if len(plain) < len(todo):
        for block in todo[:GLUED_BLOCKS]:
            if id(block) in plain:
                continue
            if found := _GLUED_HEAD.match(block.text):
                _note_instants(sheet, re.findall(_ISO, found[0]))
                block = sheet.cut(block, _end_of_head(block.text, found.end()), "microdata")
            _cut_announcement(sheet, block)
        _drop_dump(sheet)
        _cut_captions(sheet, [block for block in sheet.open if id(block) not in plain])
    _unglue(sheet)


def _stored_head(sheet: Sheet) -> None:
    """Take the day and the address that an archive wrote above the page."""
    for block in sheet.open[:3]:
        if found := sheet.rules["stored-date"].match(block.text):
            if day := dates.normalise(found["date"]):
                sheet.facts.dates.setdefault(Evidence.PRINTED, day)
            block = sheet.cut(block, found.start("rest"), "stored-date")
        if found := sheet.rules["page-url"].match(block.text):
            if article_key(found["url"]):
                sheet.facts.url = sheet.facts.url or found["url"]
            sheet.drop(block, "page-url")


def _end_of_head(text: str, end: int) -> int:
    """Return where the publisher's name behind the last glued address ends: at a blank."""
    gap = re.compile(r"[^.]{0,80}? (?=\S)").match(text, end)
    return gap.end() if gap and text[end] != " " else end


def _note_instants(sheet: Sheet, instants: list[str]) -> None:
    """Take created, published, modified in their order; the last differs when it was changed."""
    known = [dates.normalise(text) for text in instants]
    valid = [text for text in known if text]
    if valid:
        sheet.facts.dates.setdefault(Evidence.META, valid[min(1, len(valid) - 1)])
        if valid[-1] != valid[0]:
            sheet.facts.modified = sheet.facts.modified or valid[-1]


def _cut_announcement(sheet: Sheet, block: Block) -> None:
    """Cut `<announcement> DD.MM.YYYY, <site>. <text>` before the text, which begins alike."""
    for found in islice(_ANNOUNCED.finditer(block.text), 3):
        before = block.text[: found.start()].strip()
        after = block.text[found.end() : found.end() + 200].strip()
        site = found["site"]
        if loose(before).startswith(loose(site) + "."):
            before = before[len(site) + 1 :].strip()
        if len(before) >= 20 and loose(after).startswith(loose(before)[:20]):
            for day in dates.printed_days(found["day"]):
                sheet.facts.dates.setdefault(Evidence.PRINTED, day)
            sheet.facts.site_name = sheet.facts.site_name or site
            sheet.cut(block, found.end(), "repeated-announce")
            return


def _cut_captions(sheet: Sheet, todo: list[Block]) -> None:
    """Cut the captions out of a page saved as one line, where the text follows without a blank.

    A caption begins behind the sentence before it. Above the first paragraph the caption is glued
    to headline and lede, and all of it goes.
    """
    for block in todo:
        found = _GLUED_CAPTION.search(block.text)
        while found:
            start = max((m.end() for m in _END.finditer(block.text, 0, found.start())), default=0)
            for day in dates.printed_days(found["day"]):
                if not start:
                    sheet.facts.dates.setdefault(Evidence.CAPTION, day)
            if start:
                caption = sheet.cut(block, start, "caption-line")
                block.role, block.rule = Role.PARAGRAPH, None
                block = sheet.cut(caption, found.end() - start, "caption-line")
            else:
                block = sheet.cut(block, found.end(), "caption-line")
            found = _GLUED_CAPTION.search(block.text)


def _drop_dump(sheet: Sheet) -> None:
    """Drop the lines of a hidden block that was saved line by line."""
    todo = sheet.open
    instants = [i for i, b in enumerate(todo) if _ISO_LINE.fullmatch(b.text)]
    if len(instants) < 2 or instants[-1] - instants[0] > 4:
        return
    _note_instants(sheet, [todo[i].text for i in instants])
    _take_head(sheet, todo[: instants[0]])
    end = _end_of_dump(todo, instants[-1])
    texts = []
    for block in todo[instants[0] : end]:
        if _is_text(block.text) and not _is_publisher(block.text):
            texts.append(block)
        else:
            if sheet.rules["page-url"].match(block.text):
                sheet.facts.images.append(Image(block.text))
            elif (
                not texts and not _ISO_LINE.fullmatch(block.text) and traits(block.text).is_title(1)
            ):
                sheet.facts.keywords.append(block.text)
            sheet.drop(block, "microdata")
    visible = loose(" ".join(b.text for b in todo[end:]))
    for block in texts:  # the page itself follows: its text is the better copy
        if traits(block.text).folded[:60] in visible:
            sheet.drop(block, "microdata")


def _take_head(sheet: Sheet, head: list[Block]) -> None:
    """Take headline, site name and announcement from the lines above the times."""
    for block in head:
        if found := list(_ANNOUNCED.finditer(block.text)):
            last = found[-1]
            if last.end() == len(block.text):
                sheet.facts.description = block.text[: last.start()].strip() or None
                sheet.facts.site_name = last["site"]
                for day in dates.printed_days(last["day"]):
                    sheet.facts.dates.setdefault(Evidence.PRINTED, day)
    titles = [b for b in head if traits(b.text).is_title(2)]
    for block in titles:
        folded = traits(block.text).folded
        if folded != loose(sheet.facts.site_name or ""):
            sheet.facts.headline = sheet.facts.headline or block.text
            if block.role is Role.PARAGRAPH and folded == loose(sheet.facts.headline):
                block.role = Role.HEADLINE
            break
    for block in head:
        if block.role is Role.PARAGRAPH:
            sheet.drop(block, "microdata")


def _is_text(text: str) -> bool:
    """Return True if `text` is prose, or so long that it is prose cut off in mid-sentence."""
    if is_prose(text):
        return True
    return size(text) > 3 * PROSE and " " in text and _SENTENCE_END.search(text) is not None


def _is_publisher(text: str) -> bool:
    """Return True if an address of mail stands in `text`, and a telephone behind it."""
    words = text.split(" ")
    return any("@" in word[1:-1] and _TELEPHONE.match(after) for word, after in pairwise(words))


def _end_of_dump(todo: list[Block], start: int) -> int:
    """Return the index behind the block's last line: publisher, picture sizes, keywords."""
    end = start + 1
    for index in range(start + 1, len(todo)):
        text = todo[index].text
        if _is_publisher(text) or _CROP.fullmatch(text) or _LOCALE.fullmatch(text):
            end = index + 1
    if end == start + 1:
        return len(todo)
    # site name and comma list of keywords close it
    for index in range(end, min(end + 2, len(todo))):
        text = todo[index].text
        if ("," in text and not ends_sentence(text)) or _YEAR.fullmatch(text) or size(text) < 30:
            end = index + 1
    return end


def _unglue(sheet: Sheet) -> None:
    """Cut open blocks into the paragraphs that were glued together without a blank."""
    # a hidden block is glued; elsewhere one place may be the name of a site, two are glue
    glued = {"microdata", "repeated-announce", "caption-line"}
    least = 1 if any(b.rule in glued for b in sheet.blocks) else 2
    cut = {
        id(block): parts
        for block in sheet.open
        if _NO_BLANK.search(block.text) and len(parts := split_glued(block.text)) > least
    }
    if not cut:
        return
    whole: list[Block] = []
    for block in sheet.blocks:
        whole.append(block)
        if id(block) in cut:
            block.text, *rest = cut[id(block)]
            whole += [Block(part, block.line) for part in rest]
    sheet.blocks[:] = whole


def split_glued(text: str) -> list[str]:
    """Return the paragraphs of `text` that stand in one line without a blank between them.

    >>> split_glued("Совет города собрался в пятницу вечером.Решение огласят позже.")
    ['Совет города собрался в пятницу вечером.', 'Решение огласят позже.']
    >>> split_glued("Sputnik.By открыл сайт, U.S.Army тоже.")
    ['Sputnik.By открыл сайт, U.S.Army тоже.']
    """
    if (len(text) < 40 and size(text) < 40) or not _NO_BLANK.search(text):
        return [text]
    parts, start = [], 0
    for found in _GLUE.finditer(text):
        end = found.end()
        if not _begins_sentence(text, end) or len(text) - end <= 10 or _SUFFIX.match(text, end):
            continue
        # `."A`: the quote closes what was opened in this paragraph, or opens the next
        if found["quote"] and text.count('"', start, end) % 2:
            end -= 1
        if is_prose(text[max(start, end - 200) : end]):
            parts.append(text[start:end])
            start = end
    return [*parts, text[start:]]


def _begins_sentence(text: str, at: int) -> bool:
    first = next((c for c in text[at : at + 4] if c.isalpha()), "")
    return first.isupper()
