"""What stands before the story: bylines, datelines, time stamps, credits of pictures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DAY = r"(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?\.?"
_DATE = (
    rf"(?:{_DAY} ?,? )?(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}|{_MONTH} \d{{1,2}})(?: ?,? \d{{4}})?"
)
_AGENCY = "(?:cnn|reuters|ap|afp|bbc|upi|dpa|ips|pa|xinhua|bloomberg|cnn student news)"
_OPEN, _CLOSE, _DASH = r"(?:\(|-lrb-) ?", r" ?(?:\)|-rrb-)", r" ?(?:--?|[\u2013\u2014])\s+"
_CAPITALISED = r"(?-i:[A-Z][\w.'\u2019/-]*)"
_PLACE = rf"{_CAPITALISED}(?:(?: ?,)? {_CAPITALISED}){{0,5}}"
_LOWER_PLACE = r"\w[\w.'\u2019-]*(?:(?: ?,)? \w[\w.'\u2019-]*){0,3}"
_BEGINS = r"""(?=["'\u2018\u201c`(]*(?-i:[A-Z]|\d))"""

_DATELINE = re.compile(
    rf"(?i)(?:{_PLACE}(?: ?, ?{_DATE})? ?)?{_OPEN}[\w&./ ]{{2,30}}{_CLOSE}{_DASH}"  # (CNN) --
    rf"|(?:(?:{_PLACE}|{_LOWER_PLACE}) ?)?{_OPEN}{_AGENCY}{_CLOSE}(?:{_DASH}|\s*)"  # (CNN)The
    rf"|(?:{_PLACE}|{_LOWER_PLACE}) ?, ?{_DATE}{_DASH}"  # RIGA, Nov. 6 --
    rf"|(?-i:[A-Z][A-Z.'\u2019-]{{2,}})(?:(?: ?,)? {_CAPITALISED}){{0,4}}{_DASH}{_BEGINS}"
)  # fmt: skip
_BYLINE = re.compile(
    r"(?i)(?:(?:story|words|text|report|reporting|written|reported|edited|compiled|analysis|"
    r"photographs?|pictures?|photos?)\s+)?by\b\s*[:.]?\s*"
)
_WITHIN_NAMES = (
    "and & for in with de da di del della der den van von the bin al el la le du dos ibn"
)
_PARTICLES = frozenset(_WITHIN_NAMES.split())
_STAMP = re.compile(
    r"(?i)(?:first\s+|last\s+)?(?:published|updated|posted|modified|created|upd)\b\s*(?::|at\b|on\b|$)"
)
_TIME = re.compile(
    rf"(?i)(?>\d{{1,2}}[:.]\d{{2}}|\d{{4}}|\b{_DATE}|\b(?:[ap]\.?m\.?|[ecmp][sd]t|gmt|bst|utc|et|"
    rf"updated|published|last|at|on)(?!\w)|\b{_DAY}|[\s,.:|/\u2013-])++"
)
_CREDIT = re.compile(
    r"(?i)\(?(?:(?:photo|photograph|picture|image|video|media|file photo|ap photo)s?\s*"
    r"(?:credit|copyright|caption|source|courtesy|by|:|/)|credit\s*:|copyright\b|\u00a9|"
    r"media playback is (?:not )?(?:un)?supported|scroll down for|click here (?:for|to)|"
    r"watch (?:the )?video|story highlights\b)"
)
_MAX_BYLINE_WORDS = 12
_MAX_LOWER_NAME = 3


def skip_boilerplate(sentences: Iterable[str]) -> Iterator[str]:
    """Yield the sentences from the first that tells the story on, without its dateline.

    Left out are, before it: bylines (`By Ann Lee, science editor`; also in two parts, as `By .` and
    `Ann Lee .`), stamps (`Published: 3 May 2015`, `Last updated at 10:12 AM`, a bare time or date)
    and lines about pictures (`Photo: ...`, `Image caption ...`). A dateline is `RIGA, Nov. 6 --`,
    `LONDON (Reuters) -`, `(CNN) --`, or a place in capitals and a dash. An article that has no more
    than that is kept whole.
    """
    skipped: list[str] = []
    is_name_next, has_begun = False, False
    for sentence in sentences:
        if has_begun:
            yield sentence
        elif _is_before_story(sentence) or (is_name_next and _is_name(sentence)):
            is_name_next = _BYLINE.fullmatch(sentence) is not None
            skipped.append(sentence)
        elif story := sentence[_measure_dateline(sentence) :]:
            has_begun = True
            yield story
        else:
            skipped.append(sentence)
    if not has_begun:
        yield from skipped


def _is_before_story(sentence: str) -> bool:
    is_stamp = _STAMP.match(sentence) or _TIME.fullmatch(sentence)
    return bool(is_stamp or _CREDIT.match(sentence) or _is_byline(sentence))


def _is_byline(sentence: str) -> bool:
    prefix = _BYLINE.match(sentence)
    if prefix is None:
        return False
    name, _, function = sentence[prefix.end() :].partition(",")
    is_closed = sentence.endswith((".", "!", "?")) and not sentence.endswith(" .")
    return not is_closed and (not name.strip(" .") or _is_name(name, function))


def _is_name(name: str, function: str = "") -> bool:
    """Whether all words have a capital, or, in a text without any, whether they are few."""
    words = [word for word in name.split() if word != "."]
    if not words or len(words) + len(function.split()) > _MAX_BYLINE_WORDS:
        return False
    if name.islower():
        return len(words) <= _MAX_LOWER_NAME
    return all(word in _PARTICLES or word[0].isupper() for word in words)


def _measure_dateline(sentence: str) -> int:
    match = _DATELINE.match(sentence)
    return match.end() if match else 0
