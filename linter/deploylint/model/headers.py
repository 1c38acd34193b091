"""Request headers by which proxies tell applications something."""

# Of which one is enough to tell how the request came in.
TELL_SCHEME = frozenset(
    {
        "x-forwarded-proto",
        "x-forwarded-protocol",
        "x-forwarded-ssl",
        "x-forwarded-scheme",
        "x-scheme",
        "forwarded",
    }
)
