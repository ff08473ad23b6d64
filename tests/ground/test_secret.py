"""Secrets by name."""

from __future__ import annotations

import pytest

from setpoint.secret import is_secret_name


@pytest.mark.parametrize(
    "name",
    ["password", "db_password", "DB_PASSWORD", "apiKey", "api-key", "APIKey", "webhook_url", "token", "accessToken",
     "client_secret", "WEBHOOK-URL", "private_key", "secrets"],
)  # fmt: skip
def test_names_of_secrets_are_known(name: str) -> None:
    """Whatever way the words are joined."""
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name", ["token_count", "password_min_length", "key", "monkey", "secretary", "url", "tokenizer", "", "author"]
)
def test_names_about_secrets_are_not_secrets(name: str) -> None:
    """A name that only speaks about one is shown."""
    assert not is_secret_name(name)
