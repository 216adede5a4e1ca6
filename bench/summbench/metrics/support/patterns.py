"""What dates, times and numbers look like, and where in a text they may begin."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from summbench.metrics.support.vocabulary import MAGNITUDES, MEASURES, MONTHS, ORDINALS, SMALL

CURRENCIES = {
    "$": "dollar", "us$": "dollar", "\u20ac": "euro", "\u00a3": "pound", "\u00a5": "yen",
    "dollar": "dollar", "euro": "euro", "pound": "pound", "yen": "yen", "crown": "crown",
    "rupee": "rupee", "ruble": "ruble", "rouble": "ruble", "franc": "franc", "yuan": "yuan",
    "peso": "peso", "cent": "cent", "pence": "penny",
}  # fmt: skip
_WHOLE = frozenset({"may", "june", "july"})


def _alternate(words: Iterable[str]) -> str:
    """An alternation that looks at the first letter once; what follows says where a word ends."""
    return "|".join(
        f"{first}(?:{'|'.join(word[1:] for word in group)})"
        for first, group in groupby(sorted(words), key=itemgetter(0))
    )


_MONTH = (
    rf"(?P<{{}}>{_alternate(month for month in MONTHS if len(month) > 4 or month in _WHOLE)}"
    rf"|(?:{_alternate(month for month in MONTHS if len(month) < 5 and month not in _WHOLE)})\.?)"
    r"(?![a-z])"
)
_MEASURE = _alternate(MEASURES)
_SPOKEN = _alternate(SMALL)
_SCALE = _alternate(MAGNITUDES)
_SPELLED = _alternate(word for word in MAGNITUDES if len(word) > 1)
_BETWEEN = r"(?:[ \u00a0-]|,? and )"
_DAY = r"(?:[12]?\d|3[01]|0[1-9])"
DATE = re.compile(
    rf"(?<![\w.,])(?:(?P<d1>{_DAY})(?:st|nd|rd|th)?(?: of)? {_MONTH.format('m1')}"
    rf"|{_MONTH.format('m2')} (?P<d2>{_DAY})(?:st|nd|rd|th)?(?!\w|[.,]?\d)"
    rf"|{_MONTH.format('m3')}(?=,? \d{{4}}(?!\d)))(?:,? (?P<y1>[12]\d{{3}}))?(?!\w)"
    r"|(?<![\w-])(?P<y2>[12]\d{3})-(?P<m4>0[1-9]|1[0-2])-(?P<d4>[0-3]\d)(?![\w-])",
    re.IGNORECASE,
)
CLOCK = re.compile(
    r"(?<![\w.:])(?P<hour>[01]?\d|2[0-4])(?:[:.](?P<minute>[0-5]\d))?"
    r"(?: ?(?P<half>[ap]\.?m)\b\.?)"
    r"|(?<![\w.:])(?P<hour2>[01]?\d|2[0-4]):(?P<minute2>[0-5]\d)(?![\w:])",
    re.IGNORECASE,
)
NUMBER = re.compile(
    r"(?<![^\W\d_])"
    r"(?:(?P<money>us\$|[$\u20ac\u00a3\u00a5]) ?)?"
    r"(?:(?<![\w.])(?<!(?-i:[A-Z])-)(?<!ovid-)(?<!\d,)"
    r"(?P<digits>\d{1,3}(?:[\u00a0\u2009\u202f]\d{3})+(?!\d)"
    rf"|\d{{1,3}}\. \d(?= ?(?:{_SPELLED}))|\d+(?: ?[,.]\d+)*)"
    r"(?P<ordinal>st|nd|rd|th)?(?P<decade>(?<=0)s(?!\w))?(?!\d)"
    rf"|(?<!\w)(?P<place>{_alternate(ORDINALS)})(?!\w)(?! of all)"
    rf"|(?<!\w)(?P<words>half an? (?={_SPELLED})|an? (?=(?:{_SPELLED})(?!\w))"
    rf"|(?:{_SPOKEN}|(?:a )?dozen)(?!\w)"
    rf"(?:{_BETWEEN}(?:{_SPOKEN}|hundred|thousand|dozen)s?(?!\w))*"
    r"(?![ -](?:thirds|quarters|fifths|sixths|tenths|halves))))"
    rf"(?:(?P<scale>{_SCALE})(?![\w$])|[ \u00a0-]?(?P<scale2>{_SPELLED})s?(?![\w$]))?"
    r"(?P<unit>[ \u00a0-]?(?:%|per ?cents?\b|percent(?:age)? points?\b|percentages?\b"
    rf"| (?P<power>square |cubic )?(?:{_MEASURE})s?\b))?"
    rf"(?:[ \u00a0-](?P<currency>{_alternate(k for k in CURRENCIES if k.isalpha())})s?\b)?",
    re.IGNORECASE,
)

_BEFORE_A_SCALE = rf"(?= (?:{_SPELLED}|dozen))"
_WORDS = [
    *ORDINALS, *SMALL, "dozen", "half", f"a{_BEFORE_A_SCALE}", f"an{_BEFORE_A_SCALE}",
    *(month[:3] for month in MONTHS),
]  # fmt: skip
# With the character before it, for a search skips what is not in such a class.
_BEGINS = re.compile(rf"[^a-z0-9_](?:\d|{_alternate(_WORDS)})")
_MONEY = re.compile("[$\u20ac\u00a3\u00a5]")


def replace_special_letters(text: str) -> str:
    """Put i and s for what a pattern takes for them and `lower` does not, place by place."""
    return text.replace("\u0130", "i").replace("\u0131", "i").replace("\u017f", "s")


def find_starts(text: str) -> list[int]:
    """Return where a number may begin, so that the patterns need not be tried elsewhere."""
    plain = text.lower()
    places = [match.start() for match in _BEGINS.finditer(" " + plain)]
    money = [match.start() for match in _MONEY.finditer(plain)]
    return sorted({*places, *money, *(place - 2 for place in money)}) if money else places


def find_matches(
    pattern: re.Pattern[str], text: str, starts: Sequence[int], start: int, end: int
) -> Iterator[re.Match[str]]:
    """Yield what `finditer` would from start to end, trying only `starts`, where numbers begin."""
    for place in starts[bisect_left(starts, start) : bisect_left(starts, end)]:
        if place >= start and (match := pattern.match(text, place, end)):
            yield match
            start = match.end()
