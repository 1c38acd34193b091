"""Variables that directives of set-misc make: nginx refuses any other name after `$`."""

import os

import pytest
from deploylint.formats.nginx.setters.variables import MAKERS
from oracles.nginx_verdict import MODULES, WRAPPER, ask, prepare

pytestmark = pytest.mark.oracle("nginx")
# set-misc needs the functions of the first.
NEEDED = [MODULES / "ndk_http_module.so", MODULES / "ngx_http_set_misc_module.so"]
DIRECTIVES = [
    "set_if_empty $made 1",
    "set_quote_sql_str $made 1",
    "set_quote_json_str $made 1",
    "set_unescape_uri $made 1",
    "set_escape_uri $made 1",
    "set_encode_base32 $made 1",
    "set_decode_base64 $made 1",
    "set_encode_hex $made 1",
    "set_sha1 $made 1",
    "set_md5 $made 1",
    "set_hmac_sha1 $made key 1",
    "set_random $made 1 9",
    "set_secure_random_alphanum $made 8",
    "set_rotate $made 1 9",
    "set_local_today $made",
    "set_base32_padding on",
]


@pytest.fixture
def verdict(tmp_path):
    """What nginx with set-misc says of a location."""
    if missing := [path.name for path in NEEDED if not path.exists()]:
        if os.environ.get("DEPLOYLINT_ORACLES") == "required":
            pytest.fail(f"no {missing[0]}, and DEPLOYLINT_ORACLES=required", pytrace=False)
        pytest.skip(f"no {missing[0]}")
    prepare(tmp_path)
    main = "".join(f"load_module {path};\n" for path in NEEDED) + WRAPPER
    (tmp_path / "nginx.conf").write_text(main, encoding="utf-8")
    return lambda text: (
        ask(f"events {{}}\nhttp {{ server {{ location / {{\n{text}\n}} }} }}\n", tmp_path).message
    )


@pytest.mark.parametrize("directive", DIRECTIVES)
def test_the_first_argument_is_made_a_variable(verdict, directive):
    assert verdict(f"{directive};") is None
    made = directive.partition(" ")[0] in MAKERS
    assert verdict(f"{directive}; return 200 $made;") == (None if made else 'unknown "made" variable')
