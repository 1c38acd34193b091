"""Names of request headers, in lower case."""

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
"""Headers of which one tells the application whether the request came in over HTTPS."""
