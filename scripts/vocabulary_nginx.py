"""Make `vocabulary/data/nginx.py`: directives and variables of nginx by release, and directives of other modules.

python scripts/vocabulary_nginx.py                        from the facts alone
python scripts/vocabulary_nginx.py --git DIR              read every release anew; DIR is a clone with its tags
python scripts/vocabulary_nginx.py --tree DIR 1.31.5      learn one release that is newer than the facts
python scripts/vocabulary_nginx.py --module NAME DIR      learn the directives of a third-party module
"""

import argparse
import re
from pathlib import Path
from typing import Any

from vocabulary_files import module_text, read_facts, write_facts, write_module
from vocabulary_nginx_source import Repository, Version, files_of_tree, release_of

OLDEST = (1, 4, 0)

# Directives of the commercial build, from its documentation (nginx.org/en/docs/dirindex.html), that no source names.
PLUS = """
    access_token api api_keys app_protect_enable app_protect_policy_file app_protect_security_log
    app_protect_security_log_enable auth_jwt auth_jwt_claim_set auth_jwt_header_set auth_jwt_key_cache
    auth_jwt_key_file auth_jwt_key_request auth_jwt_leeway auth_jwt_require auth_jwt_type auth_oidc
    client_id client_secret config_dump connect_timeout end_session_endpoint f4f f4f_buffer_size
    fastcgi_cache_purge frontchannel_logout_uri health_check health_check_timeout hls hls_buffers
    hls_forward_args hls_fragment hls_mp4_buffer_size hls_mp4_max_buffer_size internal_redirect issuer keyval
    keyval_zone license_token logout_token_hint logout_uri match mgmt mp4_limit_rate mp4_limit_rate_after mqtt
    mqtt_buffers mqtt_preread mqtt_rewrite_buffer_size mqtt_set_connect ntlm num_map oidc_provider pkce
    post_logout_uri proxy_cache_purge proxy_session_drop queue rdp_preread read_timeout redirect_uri
    response_code scgi_cache_purge scope session_log session_log_format session_log_zone session_store
    session_timeout state state_path status status_format status_zone sticky_cookie_insert upgrade_health_check
    upstream_conf usage_report userinfo uuid_file uwsgi_cache_purge zone_sync zone_sync_buffers
    zone_sync_connect_retry_interval zone_sync_connect_timeout zone_sync_interval zone_sync_recv_buffer_size
    zone_sync_server zone_sync_ssl zone_sync_ssl_certificate zone_sync_ssl_certificate_key
    zone_sync_ssl_ciphers zone_sync_ssl_conf_command zone_sync_ssl_crl zone_sync_ssl_name
    zone_sync_ssl_password_file zone_sync_ssl_protocols zone_sync_ssl_server_name
    zone_sync_ssl_trusted_certificate zone_sync_ssl_verify zone_sync_ssl_verify_depth zone_sync_timeout
""".split()

# Modules of which no source was read, or whose directives are too many or too generated to list.
PREFIXES = {
    "datadog_": "datadog",
    "drizzle_": "drizzle",
    "iconv_": "iconv",
    "mruby_": "mruby",
    "pagespeed": "pagespeed",
    "passenger_": "passenger",
    "postgres_": "postgres",
    "rds_csv": "rds-csv",
    "rds_json": "rds-json",
    "wasm_": "wasm",
    "xss_": "xss",
}
NAXSI = """
    BasicRule CheckRule DeniedUrl LearningMode LibInjectionSql LibInjectionXss MainRule SecRulesDisabled
    SecRulesEnabled
""".split()

# Directives that distributions patched into older releases: since when at the earliest (Debian 12's 1.22.1).
BACKPORTED = {"max_headers": [1, 22, 1]}

# Variables that the code made up before there was a table entry for them.
OLDER_VARIABLES = {
    "http": dict.fromkeys(
        [
            "ancient_browser",
            "arg_",
            "cookie_",
            "http_",
            "invalid_referer",
            "modern_browser",
            "msie",
            "sent_http_",
            "upstream_http_",
        ],
        OLDEST,
    )
    | {"upstream_cookie_": (1, 7, 1)},
}

Facts = dict[str, Any]


def learn_release(
    facts: Facts, version: Version, release: tuple[dict[str, list[list[object]]], dict[str, set[str]]]
) -> None:
    """Add a release that is newer than all that the facts know.

    A row stays open, its last range ending in None, as long as every release has it.
    """
    directives, variables = release
    now = list(version)
    for name in sorted(facts["directives"].keys() | directives.keys()):
        rows = facts["directives"].setdefault(name, [])
        present = directives.get(name, [])
        _learn_rows(rows, present, now)
    for part, names in variables.items():
        known = facts["variables"].setdefault(part, {})
        for name in sorted(known.keys() | names):
            rows = [[name, known[name]]] if name in known else []
            _learn_rows(rows, [[name]] if name in names else [], now)
            known[name] = rows[0][1]
    facts["newest"] = now


def _learn_rows(rows: list[list[Any]], present: list[list[Any]], now: list[int]) -> None:
    """Each of `rows` is one of `present`, followed by its ranges of versions."""
    for row in rows:
        if row[:-1] not in present:
            if row[-1][-1][1] is None:
                row[-1][-1][1] = now
        elif row[-1][-1][1] is not None:
            row[-1].append([now, None])
    known = [row[:-1] for row in rows]
    rows += [[*row, [[now, None]]] for row in present if row not in known]


def learn_all(directory: str, modules: dict[str, str]) -> Facts:
    """Facts of every release since OLDEST."""
    repository = Repository(directory)
    facts: Facts = {"directives": {}, "variables": {}, "modules": modules}
    for version in repository.releases():
        if version >= OLDEST:
            learn_release(facts, version, release_of(repository.files(version)))
    return facts


def learn_module(facts: Facts, name: str, directory: Path) -> None:
    """Add the directives that the source tree of a module defines."""
    # The second column names contexts; that of an enumeration does not.
    entry = re.compile(
        r'ngx_string!?\s*\(\s*"([a-z]\w+)"\s*\)\s*,\s*(?:type_:)?[^,{}"]*(?:CONF|Conf)[^,{}"]*,'
    )
    for suffix in ("c", "h", "cpp", "rs"):
        for path in directory.rglob(f"*.{suffix}"):
            for directive in entry.findall(path.read_text(encoding="utf-8", errors="replace")):
                if directive not in facts["directives"]:
                    facts["modules"][directive] = name


def build(facts: Facts) -> str:
    """The text of the module."""
    directives = {
        name: tuple(_tuples(row) for row in rows) for name, rows in sorted(facts["directives"].items())
    }
    for name, since in BACKPORTED.items():
        ((*columns, ((_, until),)),) = directives[name]
        directives[name] = ((*columns, ((tuple(since), until),)),)
    variables = {
        part: {name: _tuples(ranges) for name, ranges in sorted(known.items())}
        for part, known in sorted(facts["variables"].items())
    }
    for part, older in OLDER_VARIABLES.items():
        variables[part] |= {name: ((since, None),) for name, since in older.items()}
    modules = dict.fromkeys(PLUS, "NGINX Plus") | dict.fromkeys(NAXSI, "naxsi") | facts["modules"]
    others = {name: module for name, module in sorted(modules.items()) if name not in directives}
    newest = ".".join(map(str, facts["newest"]))
    return module_text(
        f"""What nginx {".".join(map(str, OLDEST))} to {newest} knows.

Made by scripts/vocabulary_nginx.py from the ngx_command_t and ngx_http_variable_t tables of every release; do not
edit. `deploylint.vocabulary.nginx` says what the columns mean.
""",
        {
            "OLDEST": ("Version", OLDEST),
            "NEWEST": ("Version", tuple(facts["newest"])),
            "DIRECTIVES": ("dict[str, tuple[Row, ...]]", directives),
            "VARIABLES": ("dict[str, dict[str, Ranges]]", variables),
            "MODULES": ("dict[str, str]", others),
            "PREFIXES": ("dict[str, str]", PREFIXES),
        },
        types={
            "Version": "tuple[int, int, int]",
            "Ranges": "tuple[tuple[Version, Version | None], ...]",
            "Row": "tuple[\n    tuple[str, ...], tuple[int, ...], int, bool, str, bool, tuple[str, ...],"
            " tuple[int | None, ...], str, str, Ranges\n]",
        },
    )


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--git", metavar="DIR")
    parser.add_argument("--tree", nargs=2, metavar=("DIR", "VERSION"))
    parser.add_argument("--module", nargs=2, metavar=("NAME", "DIR"))
    arguments = parser.parse_args()
    facts: Facts = read_facts("nginx")
    if arguments.git:
        facts = learn_all(arguments.git, facts["modules"])
    if arguments.tree:
        major, minor, patch = map(int, re.findall(r"\d+", arguments.tree[1]))
        if [major, minor, patch] <= facts["newest"]:
            parser.error("the facts know that release already, or a newer one; use --git")
        learn_release(
            facts, (major, minor, patch), release_of(files_of_tree(Path(arguments.tree[0]) / "src"))
        )
    if arguments.module:
        learn_module(facts, arguments.module[0], Path(arguments.module[1]))
    write_facts("nginx", facts)
    write_module("nginx", build(facts))


if __name__ == "__main__":
    main()
