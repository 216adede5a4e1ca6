"""Porter's stemmer as ROUGE-1.5.5 has it: the algorithm of 1980, with a step 4 of its own."""

from __future__ import annotations

from collections.abc import Mapping

_VOWELS = frozenset("aeiou")

_STEP_2 = {
    "ational": "ate", "tional": "tion", "enci": "ence", "anci": "ance", "izer": "ize",
    "bli": "ble", "alli": "al", "entli": "ent", "eli": "e", "ousli": "ous", "ization": "ize",
    "ation": "ate", "ator": "ate", "alism": "al", "iveness": "ive", "fulness": "ful",
    "ousness": "ous", "aliti": "al", "iviti": "ive", "biliti": "ble", "logi": "log",
}  # fmt: skip
_STEP_3 = {
    "icate": "ic", "ative": "", "alize": "al", "iciti": "ic", "ical": "ic", "ful": "", "ness": "",
}  # fmt: skip
_STEP_4 = {
    "al": "", "ance": "", "ence": "", "er": "", "ic": "", "able": "", "ible": "", "ant": "",
    "ement": "", "ou": "", "ism": "", "ate": "", "iti": "", "ous": "", "ive": "", "ize": "",
}  # fmt: skip


def stem_word(word: str) -> str:
    """Return the stem of a word of at least four characters of a-z and 0-9.

    Digits count as consonants. (Porter, 1980, with `bli` for `abli` and `logi` as in his own later
    programs. ROUGE-1.5.5 tries `ment` and `ent` once more on what step 4 leaves.)
    """
    word = _remove_past_and_progressive(_remove_plural(word))
    if word.endswith("y") and "v" in _spell_shape(word[:-1]):
        word = word[:-1] + "i"
    word = _replace_suffix(word, _STEP_2, 1)
    word = _replace_suffix(word, _STEP_3, 1)
    word = _remove_last_suffix(word)
    return _tidy_end(word)


def _spell_shape(stem: str) -> str:
    """Write v for each vowel and c for each consonant; y after a consonant is a vowel."""
    shape = ""
    for letter in stem:
        is_vowel = letter in _VOWELS or (letter == "y" and shape.endswith("c"))
        shape += "v" if is_vowel else "c"
    return shape


def _count_syllables(stem: str) -> int:
    """Porter's measure m: how often consonants follow vowels."""
    return _spell_shape(stem).count("vc")


def _has_short_end(stem: str) -> bool:
    """Porter's *o: consonant, vowel, consonant, and the last is not w, x or y."""
    return _spell_shape(stem).endswith("cvc") and stem[-1] not in "wxy"


def _replace_suffix(word: str, endings: Mapping[str, str], measure: int) -> str:
    """Replace the longest suffix that fits, if what stands before it has this measure."""
    suffix = max(filter(word.endswith, endings), key=len, default="")
    stem = word.removesuffix(suffix)
    if suffix and _count_syllables(stem) >= measure:
        return stem + endings[suffix]
    return word


def _remove_plural(word: str) -> str:
    if word.endswith(("sses", "ies")):
        return word[:-2]
    return word if word.endswith("ss") else word.removesuffix("s")


def _remove_past_and_progressive(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _count_syllables(word[:-3]) else word
    suffix = next(filter(word.endswith, ("ed", "ing")), "")
    stem = word.removesuffix(suffix)
    if not suffix or "v" not in _spell_shape(stem):
        return word
    if stem.endswith(("at", "bl", "iz")):
        return stem + "e"
    if stem[-1:] == stem[-2:-1] and stem[-1] not in "aeiouylsz":
        return stem[:-1]
    is_short = _count_syllables(stem) == 1 and _has_short_end(stem)
    return stem + "e" if is_short else stem


def _remove_last_suffix(word: str) -> str:
    """Step 4: `ment` and `ent` are tried again on the result, `ion` only where `ent` is not."""
    word = _replace_suffix(word, _STEP_4, 2)
    word = _replace_suffix(word, {"ment": ""}, 2)
    if word.endswith("ent"):
        return _replace_suffix(word, {"ent": ""}, 2)
    return _replace_suffix(word, {"ion": ""}, 2) if word.endswith(("sion", "tion")) else word


def _tidy_end(word: str) -> str:
    """Step 5: a last e goes, and one of two l."""
    if word.endswith("e"):
        stem = word[:-1]
        measure = _count_syllables(stem)
        if measure > 1 or (measure == 1 and not _has_short_end(stem)):
            word = stem
    return word[:-1] if word.endswith("ll") and _count_syllables(word) > 1 else word
