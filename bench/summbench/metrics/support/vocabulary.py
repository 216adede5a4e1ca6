"""English words that begin sentences, stand before names, or name numbers, days and units."""

from __future__ import annotations


def _split_words(words: str) -> list[str]:
    return words.split()


def _build_set(words: str) -> frozenset[str]:
    return frozenset(_split_words(words))


_UNITS = _split_words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_TENS = _split_words("twenty thirty forty fifty sixty seventy eighty ninety")
SMALL = {word: n for n, word in enumerate(_UNITS)} | {
    word: 10 * n for n, word in enumerate(_TENS, 2)
}
MAGNITUDES = {
    "hundred": 10**2, "thousand": 10**3, "k": 10**3, "million": 10**6, "m": 10**6, "mn": 10**6,
    "billion": 10**9, "bn": 10**9, "b": 10**9, "milliard": 10**9, "trillion": 10**12, "tn": 10**12,
}  # fmt: skip

ORDINALS = {
    word: n
    for n, word in enumerate(
        _split_words(
            "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
            "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth "
            "twentieth"
        ),
        1,
    )
}
MEASURES = {
    "feet": "foot", "inches": "inch", "centuries": "century", "kilometer": "kilometre",
    "km": "kilometre", "meter": "metre", "centimeter": "centimetre", "cm": "centimetre",
    "millimeter": "millimetre", "mm": "millimetre", "kg": "kilogram", "liter": "litre",
    "mw": "megawatt", "gw": "gigawatt", "parts per million": "ppm", "ppm": "ppm",
    "parts per billion": "ppb",
    **{word: word for word in _split_words(
        "second minute hour day week month year decade century kilometre metre centimetre "
        "millimetre mile foot inch yard acre hectare gram kilogram tonne ton ounce litre gallon "
        "barrel watt kilowatt megawatt gigawatt volt degree gigabyte megabyte terabyte"
    )},
}  # fmt: skip
"""Units as they may be written, and as they are compared."""

_MONTHS = _split_words(
    "january february march april may june july august september october november december"
)
MONTHS = {
    **{month: n for n, month in enumerate(_MONTHS, 1)},
    **{month[:3]: n for n, month in enumerate(_MONTHS, 1)},
    "sept": 9,
}
DAYS = _build_set(
    "monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays "
    "thursdays fridays saturdays sundays"
)
CALENDAR = DAYS | MONTHS.keys() - {"mar", "jun", "dec"}

PARTICLES = _build_set(
    "de del della di da do dos das du van von der den ter ten al el bin ibn bint la le las los af "
    "av zu"
)
TITLES = _build_set(
    "president vice-president vice prime minister premier chancellor secretary undersecretary "
    "senator sen representative rep congressman congresswoman governor gov mayor deputy "
    "ambassador spokesman spokeswoman judge justice attorney professor prof doctor dr mr mrs ms "
    "miss sir lord lady dame officer sergeant sgt lieutenant lt captain capt colonel col gen "
    "inspector detective prosecutor commissioner councillor councilor superintendent constable "
    "commander admiral bishop archbishop reverend rev director chairman chairwoman chair chief "
    "coach"
)
OFFICES = _build_set(
    "defense defence foreign home interior finance health treasury state education environment "
    "transport justice trade energy culture labor labour agriculture housing economy executive "
    "regional national first"
)
"""What stands between or before titles: Foreign Secretary, Finance Minister."""
ABBREVIATED = _build_set("st mt ft dr mr mrs ms prof gen sen rep gov lt col sgt capt rev jr sr")
HYPHENATED = _build_set(
    "based led born backed owned style era wide made run controlled held trained listed only "
    "bound area like language speaking type funded occupied brokered appointed linked registered"
)
"""What follows a name and a hyphen without being part of it: Moscow-based."""

COMMON = (
    _build_set(
        "a about above across after afterwards again against all almost already also although "
        "always amid among an and another any anyone anything apart are around as asked at away "
        "be because been before behind being below beyond besides between both but by can cannot "
        "could despite did do does doing done down during each earlier either elsewhere enough "
        "even ever every everybody everyone everything except few fewer finally first following "
        "for former from further given had has have having he hence her here hers herself him "
        "himself his how however i if in including indeed inside instead into is it its itself "
        "just last late later latest least less like likewise little many maybe me meanwhile "
        "might mine more moreover most much must my near nearly neither never nevertheless next "
        "no nobody none nor not nothing now of off often on once one only onto or other others "
        "otherwise our ours out outside over own past per perhaps please rather recent recently "
        "same several shall she should since so some somebody someone something sometimes soon "
        "still such than that the their theirs them then there therefore these they this those "
        "though through throughout thus to today together tomorrow tonight too toward towards "
        "under unless unlike until up upon us very via was we well were what whatever when "
        "whenever where whereas wherever whether which whichever while who whoever whom whose why "
        "will with within without would yes yesterday yet you your yours taken "
    )
    | SMALL.keys()
)
NEGATORS = _build_set("not no never neither nor none nobody nothing cannot without nowhere")
SPEECH = _build_set(
    "said says say told tells tell asked asks added adds wrote writes called calls argued argues "
    "explained explains warned warns noted notes stated states declared declares insisted insists "
    "suggested suggests claimed claims admitted admits replied replies tweeted posted announced "
    "announces according recalled commented remarked"
)
