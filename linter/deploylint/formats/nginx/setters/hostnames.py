"""Names with wildcards, as `map` with `hostnames`, `valid_referers` and `server_name` keep them (ngx_hash_add_key)."""

DECLINED = "invalid hostname or wildcard"
BUSY = "conflicting parameter"


def add_exact(key: str, seen: set[str]) -> str | None:
    """Add a plain key; the problem if it is there already."""
    if key in seen:
        return BUSY
    seen.add(key)
    return None


def add_name(name: str, seen: set[str]) -> str | None:
    """Add a name in lower case; the problem if it is none, or is there already.

    `.example.com` is both `example.com` and `*.example.com`.
    """
    if not is_name(name):
        return DECLINED
    keys = {name[1:], f"*{name}"} if name.startswith(".") and len(name) > 1 else {name}
    if not keys.isdisjoint(seen):
        return BUSY
    seen |= keys
    return None


def is_name(name: str) -> bool:
    """No two dots side by side, and an asterisk only as the first or the last label."""
    if ".." in name or name.count("*") > 1:
        return False
    if name.startswith(".") and len(name) > 1:
        return True
    return "*" not in name or (len(name) > 2 and (name.startswith("*.") or name.endswith(".*")))
