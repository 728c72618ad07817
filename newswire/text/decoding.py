"""In which encoding are these bytes?"""

from __future__ import annotations

from charset_normalizer import from_bytes

from newswire.errors import Reason, UnreadablePage

BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
# the single-byte encodings that editions of the wire were ever saved in
LEGACY_ENCODINGS = ["cp1251", "koi8_r", "cp1252", "cp1250", "cp1254", "cp1256", "cp866"]
# more replacement characters than this share of all characters: not UTF-8 with an accident
MAX_BROKEN = 0.02


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of `data` and the name of its encoding.

    A byte-order mark decides, then UTF-8, then UTF-16 without a mark, then detection among
    `LEGACY_ENCODINGS`. Single undecodable bytes become U+FFFD.

    >>> decode("Душанбе".encode("cp1251") * 20)[1]
    'cp1251'

    Raises:
        UnreadablePage: binary data.
    """
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, "replace"), encoding
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_other(data)
    if "\0" in text and (wide := _utf16_without_bom(data)):
        return data.decode(wide, "replace"), wide
    _refuse_binary(text)
    return text, "utf-8"


def _decode_other(data: bytes) -> tuple[str, str]:
    if wide := _utf16_without_bom(data):
        return data.decode(wide, "replace"), wide
    text = data.decode("utf-8", "replace")
    if text.count("\ufffd") <= max(1, MAX_BROKEN * len(text)) and not text.isascii():
        _refuse_binary(text)
        return text, "utf-8"
    _refuse_binary(data.decode("latin-1"))
    best = from_bytes(data, cp_isolation=LEGACY_ENCODINGS).best()
    encoding = best.encoding if best else "cp1251"
    return data.decode(encoding, "replace"), encoding


def _utf16_without_bom(data: bytes) -> str | None:
    """Return the UTF-16 flavour of `data` when every other byte or so is the same high byte."""
    sample = data[:2000]
    if len(sample) < 4 or len(data) % 2:
        return None
    for encoding, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        # high bytes of one script plus ASCII: Latin 00, Cyrillic 04, Arabic 06 …
        if sum(high.count(b) for b in (0x00, 0x04, 0x05, 0x06)) > 0.9 * len(high):
            return encoding
    return None


def _refuse_binary(text: str) -> None:
    sample = text[:4000]
    control = sum(1 for c in sample if ord(c) < 32 and c not in "\t\n\r\f\v\x1b")
    if control > 0.02 * max(len(sample), 1):
        raise UnreadablePage(Reason.NOT_TEXT, "binary data, not text")
