"""What is secret, by the name it goes by, and what is shown instead of it."""

from __future__ import annotations

MASK = "********"

# Whole words of a name, once it is split at case changes and punctuation.
_WORDS = frozenset(
    {
        "password",
        "passwd",
        "passphrase",
        "pwd",
        "secret",
        "secrets",
        "token",
        "tokens",
        "credential",
        "credentials",
    }
)
_PAIRS = frozenset(
    {
        ("api", "key"),
        ("access", "key"),
        ("private", "key"),
        ("secret", "key"),
        ("signing", "key"),
        ("encryption", "key"),
        ("webhook", "url"),
        ("connection", "string"),
    }
)
_JOINED = frozenset({"apikey", "accesskey", "privatekey", "secretkey", "webhookurl"})


def is_secret_name(name: str) -> bool:
    """True when a value that goes by this name is a secret: ``db_password``, ``apiKey``, ``WEBHOOK-URL``.

    A name that merely speaks about one is not: ``token_count``, ``password_min_length``.
    """
    words = _words(name)
    if not words:
        return False
    if words[-1] in _WORDS or words[-1] in _JOINED:
        return True
    return len(words) > 1 and (words[-2], words[-1]) in _PAIRS


def _words(name: str) -> list[str]:
    words: list[str] = []
    word = ""
    for index, character in enumerate(name):
        if not character.isalnum():
            if word:
                words.append(word.lower())
            word = ""
            continue
        starts_word = character.isupper() and word and not word[-1].isupper()
        ends_acronym = character.isupper() and word and word[-1].isupper() and name[index + 1 : index + 2].islower()
        if starts_word or ends_acronym:
            words.append(word.lower())
            word = ""
        word += character
    if word:
        words.append(word.lower())
    return words
