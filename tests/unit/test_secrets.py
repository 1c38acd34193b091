"""The detector: what it takes for a secret, what it leaves alone, and that its time is linear."""

import pytest
from deploylint import secrets
from deploylint.secrets import find, is_weak
from support import assert_linear

VALUE = "u8Zp4qLw0xR7tBn2vKd9"


SECRETS = [
    (f"SECRET_KEY={VALUE}", "SECRET_KEY"),
    (f'export DJANGO_SECRET_KEY="{VALUE}"', "DJANGO_SECRET_KEY"),
    (f"      POSTGRES_PASSWORD: {VALUE}", "POSTGRES_PASSWORD"),
    (f"      - DB_PASS={VALUE}", "DB_PASS"),
    (f"  - 'API_TOKEN={VALUE}'", "API_TOKEN"),
    (f'Environment="A=b" "AWS_SECRET_ACCESS_KEY={VALUE}"', "AWS_SECRET_ACCESS_KEY"),
    (f'environment=A="b",SECRET_KEY="{VALUE}"', "SECRET_KEY"),
    (f"password = {VALUE}", "password"),
    (f"env = STRIPE_API_KEY={VALUE}", "STRIPE_API_KEY"),
    (f'raw_env = ["SECRET_KEY={VALUE}"]', "SECRET_KEY"),
    (f'os.environ["SECRET_KEY"] = "{VALUE}"', "SECRET_KEY"),
    (f"ENV SECRET_KEY {VALUE}", "SECRET_KEY"),
    (f"ENV SECRET_KEY={VALUE}", "SECRET_KEY"),
    (f'proxy_set_header X-Api-Key "{VALUE}";', "X-Api-Key"),
    (f"proxy_set_header Authorization 'Bearer {VALUE}';", "the Authorization header"),
    (f"redis-server --requirepass {VALUE}", "requirepass"),
    (f"DATABASE_URL=postgres://shop:{VALUE}@db/shop", "the password in a URL"),
    ("AWS=AKIA" + "QWERT7UIOPASDFG8", None),
    ("x: AKIA" + "IOZ7NN2QPL4MXC3V", "an access token"),
    ("-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEabc\n-----END RSA PRIVATE KEY-----", "a private key"),
]


@pytest.mark.parametrize(("text", "name"), SECRETS)
def test_what_is_a_secret(text, name):
    found = find(text)
    assert [secret.name for secret in found] == ([] if name is None else [name])
    for secret in found:
        assert text[secret.span.start : secret.span.end] in (
            VALUE,
            *text.split(),
            "\nMIIEabc\n-----END RSA ",
            text[3:],
        )


@pytest.mark.parametrize(
    "text",
    [
        "SECRET_KEY=",
        "SECRET_KEY=changeme-please-9A",
        "SECRET_KEY=${SECRET_KEY}",
        "SECRET_KEY=$SECRET_KEY",
        "SECRET_KEY={{ vault_secret_key }}",
        "SECRET_KEY=<insert yours here>",
        "SECRET_KEY_FILE=/run/secrets/Ab12Cd34Ef",
        "POSTGRES_PASSWORD=postgres",
        "POSTGRES_PASSWORD: /run/secrets/db9Xz",
        "docker_process_sql --dont-use-mysql-root-password --database=mysql",
        "password = %(ENV_DB_PASSWORD)s",
        'SECRET_KEY = os.environ["X1y2Z3"]',
        'SECRET_KEY = config("Ab12Cd34Ef")',
        "server_tokens off;",
        "proxy_pass http://127.0.0.1:8000;",
        "ssl_certificate_key /etc/ssl/private/Ab12.key;",
        "DATABASE_URL=postgres://user:password@db/shop",
        "DATABASE_URL=postgres://user:$PASS@db/shop",
        "http://127.0.0.1:8000/@x",
        "secrets: [Ab12Cd34Ef]",
        "token_lifetime = 86400s",
        "ACCESS_TOKEN=test_access_token",
        "TOKEN=AB_CD_EF",
        ': "${GITHUB_TOKEN:?GITHUB_TOKEN is Not set 9}"',
        "pass=3Bx9-1zQ4c",
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
    ],
)
def test_what_is_none(text):
    assert find(text) == ()


@pytest.mark.parametrize(("text", "name"), SECRETS)
def test_lines_of_other_files_hide_nothing(text, name, monkeypatch):
    """In files of the usual length only the lines are looked at that no file had before."""
    monkeypatch.setattr(secrets, "_HARMLESS", set())
    harmless = "\n".join(f"listen {port};" for port in range(200))
    assert find(harmless) == find(harmless) == ()
    found = find(f"{harmless}\n{text}\n")
    assert [secret.name for secret in found] == ([] if name is None else [name])
    assert found == find(f"{harmless}\n{text}\n")


def test_not_all_harmless_lines_are_kept(monkeypatch):
    monkeypatch.setattr(secrets, "_HARMLESS", set())
    for first in range(0, 20_000, 400):
        assert find("\n".join(f"listen {port};" for port in range(first, first + 400))) == ()
    assert 0 < len(secrets._HARMLESS) <= secrets._MOST_HARMLESS


def test_what_everybody_guesses():
    assert is_weak("changeme")
    assert is_weak("django-insecure-abc")
    assert is_weak("Postgres")
    assert not is_weak(VALUE)
    assert not is_weak("")


@pytest.mark.parametrize(
    "piece",
    [
        "password=",
        'secret="',
        "a://b:",
        "-----BEGIN PRIVATE KEY-----",
        "ENV secret ",
        "Authorization: Bearer ",
    ],
)
def test_time_is_linear(piece):
    assert_linear(lambda size: find(piece * (size // len(piece))), 25_000, 100_000)


@pytest.mark.parametrize("before", range(0, 24, 4))
def test_a_large_text_is_looked_at_in_windows_that_overlap(before):
    text = "x" * ((1 << 20) - before) + f"\nSECRET_KEY={VALUE}\n" + "y" * (1 << 20)
    (secret,) = find(text)
    assert text[secret.span.start : secret.span.end] == VALUE
