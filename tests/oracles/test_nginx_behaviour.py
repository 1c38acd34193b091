"""What nginx does at run time, where rules claim something that `nginx -t` does not show.

Every test starts an nginx of its own on free loopback ports in a temporary folder, sends a few raw
requests and stops it. The application behind it is a socket that answers with the request it got.
"""

import pytest
from oracles.nginx_server import checked, found, head, put, status

pytestmark = pytest.mark.oracle("nginx")


def test_alias_without_a_slash_on_the_location_leaves_the_folder(nginx, tmp_path):
    put(tmp_path, "site/static/a.css", "style")
    put(tmp_path, "site/secret.py", "KEY")
    put(tmp_path, "site/static2/b.css", "other")
    send = nginx(
        f"location /static {{ alias {tmp_path}/site/static/; }}"
        f"location /sound/ {{ alias {tmp_path}/site/static/; }}"
        f"location /bare {{ alias {tmp_path}/site/static; }}"
    )
    assert send("/static/a.css").endswith("style")
    assert send("/static../secret.py").endswith("KEY")
    assert status(send("/sound../secret.py")) == 404
    # Without either slash only names that begin like the folder are reachable.
    assert status(send("/bare../secret.py")) == 404
    assert send("/bare2/b.css").endswith("other")


def test_alias_without_a_slash_under_a_location_with_one_glues_the_name_on(nginx, tmp_path):
    put(tmp_path, "site/static/a.css", "style")
    put(tmp_path, "site/statica.css", "glued")
    send = nginx(f"location /static/ {{ alias {tmp_path}/site/static; }}")
    assert send("/static/a.css").endswith("glued")


@pytest.mark.parametrize(
    ("server", "split"),
    [
        ("return 302 https://site.example$uri;", True),
        ("return 302 https://site.example$document_uri;", True),
        ("return 302 https://site.example$request_uri;", False),
        ("location ~ ^/([^/]*)$ { return 302 https://site.example/$1; }", True),
        ("location ~ ^/(.*)$ { return 302 https://site.example/$1; }", False),
        (r"location ~ ^/([^/\s]*)$ { return 302 https://site.example/$1; }", False),
        (r"location ~ ^/(?<all>[\s\S]*)$ { return 302 https://site.example/$all; }", True),
        ("rewrite ^ https://site.example$uri permanent;", True),
        ("rewrite ^/([^/]*)$ https://site.example/$1 permanent;", False),
        ("set $there $uri; return 302 https://site.example$there;", True),
        ("add_header X-Page $uri; return 204;", True),
        ("add_header X-Page $arg_page; return 204;", False),
    ],
)
def test_http_splitting(nginx, server, split):
    answer = nginx(server)("/%0d%0aX-Evil:%20yes")
    assert ("X-Evil: yes" in head(answer)) == split
    assert found("nginx-http-splitting", server) == split


def test_add_header_in_a_child_replaces_all_of_the_parent(nginx):
    send = nginx(
        "add_header X-Frame-Options DENY always;"
        "location / { return 204; }"
        "location /child { add_header X-Other 1; return 204; }"
        "location /if { if ($arg_a) { add_header X-Other 1 always; } }"
    )
    assert "X-Frame-Options: DENY" in head(send("/"))
    assert "X-Frame-Options: DENY" not in head(send("/child"))
    assert "X-Frame-Options: DENY" in head(send("/if"))
    assert "X-Frame-Options: DENY" not in head(send("/if?a=1"))


def test_content_type_added_is_a_second_one(nginx):
    send = nginx("location / { add_header Content-Type text/html; return 200 hello; }")
    assert sum(line.lower().startswith("content-type:") for line in head(send("/"))) == 2


def test_a_header_of_two_lines_is_sent_as_two_lines(nginx):
    send = nginx('add_header X-Policy "a\n  b"; return 204;')
    assert "X-Policy: a\n  b" in send("/")


def test_return_is_answered_before_access_rules_are_asked(nginx):
    send = nginx(
        "location /a { deny all; return 200 secret; }"
        "location /b { auth_basic x; auth_basic_user_file /nonexistent; return 200 secret; }"
        "location /c { deny all; }"
        "location /d { deny all; rewrite ^ https://site.example/ redirect; }"
    )
    assert status(send("/a")) == 200
    assert status(send("/b")) == 200
    assert status(send("/c")) == 403
    assert status(send("/d")) == 302


def test_only_deny_denies(nginx):
    send = nginx(
        "location /a { allow 192.0.2.1; try_files /none =418; } location /b { allow 192.0.2.1; deny all; }"
    )
    assert status(send("/a")) == 418
    assert status(send("/b")) == 403


def test_an_if_that_holds_takes_try_files_away(nginx, tmp_path):
    put(tmp_path, "site/fallback.html", "fallback")
    send = nginx(
        f"root {tmp_path}/site;"
        "location / { try_files $uri /fallback.html; if ($arg_a) { set $b 1; } }"
        "location /h { try_files $uri /fallback.html; if ($arg_a) { add_header X-A 1; } }"
    )
    assert send("/none").endswith("fallback")
    assert status(send("/none?a=1")) == 404
    assert status(send("/h/none?a=1")) == 404


def test_of_two_ifs_that_hold_the_second_counts(nginx):
    send = nginx(
        "location / { if ($arg_a) { add_header X-A 1 always; } if ($arg_b) { add_header X-B 1 always; } }"
    )
    assert "X-A: 1" in head(send("/?a=1"))
    assert "X-A: 1" not in head(send("/?a=1&b=1"))
    assert "X-B: 1" in head(send("/?a=1&b=1"))


def test_a_named_location_that_is_missing_is_an_error_at_run_time(nginx, tmp_path):
    send = nginx("location / { try_files /none @app; }")
    assert status(send("/")) == 500
    assert 'could not find named location "@app"' in (tmp_path / "error.log").read_text(encoding="utf-8")


def test_http_host_may_differ_from_the_name_that_chose_the_server(nginx):
    send = nginx("add_header X-Host $host; add_header X-Http-Host $http_host; return 204;")
    lines = head(send("http://site.example/", host="evil.example"))
    assert "X-Host: site.example" in lines
    assert "X-Http-Host: evil.example" in lines


def test_root_adds_the_whole_path(nginx, tmp_path):
    put(tmp_path, "site/static/a.css", "style")
    send = nginx(
        f"location /static/ {{ root {tmp_path}/site/static; }} location /s/ {{ alias {tmp_path}/site/static/; }}"
    )
    assert status(send("/static/a.css")) == 404
    assert send("/s/a.css").endswith("style")


def test_regex_locations_are_asked_in_the_order_of_the_file(nginx):
    send = nginx(
        r"location ~ \.css$ { return 201; } location ~ \.css$ { return 202; }"
        "location ~ ^/ { return 203; } location ~ ^/api { return 204; }"
    )
    assert status(send("/a.css")) == 201
    assert status(send("/api")) == 203


def test_a_prefix_that_ends_the_search_hides_regexes(nginx):
    send = nginx(r"location ^~ / { return 201; } location ~ \.css$ { return 202; }")
    assert status(send("/a.css")) == 201


def test_error_log_off_writes_a_file_of_that_name(nginx, tmp_path):
    nginx("error_log off; return 204;")
    assert (tmp_path / "off").exists()


def test_the_name_of_a_second_server_is_ignored(tmp_path):
    other = "server { listen 127.0.0.1:18999; server_name b.example A.example; }"
    said = checked(tmp_path, "server { listen 127.0.0.1:18999; server_name a.example; }" + other)
    assert 'conflicting server name "a.example" on 127.0.0.1:18999, ignored' in said
    said = checked(tmp_path, "server { listen 127.0.0.1:18998; server_name a.example; }" + other)
    assert "conflicting" not in said


def test_captures_without_a_regex_are_empty(nginx):
    send = nginx("location / { return 302 https://site.example/x$1; }")
    assert "Location: https://site.example/x" in head(send("/anything"))


def test_a_return_of_the_server_answers_before_any_location(nginx):
    send = nginx(
        "error_page 404 /404.html; error_page 418 @teapot; return 404;"
        "location = /404.html { internal; return 200 page; }"
        "location /.well-known/ { return 200 challenge; }"
    )
    assert status(send("/.well-known/x")) == 404
    assert not send("/.well-known/x").endswith("page")


def test_a_named_location_is_reached_in_spite_of_the_return(nginx):
    send = nginx("error_page 418 =200 @teapot; return 418; location @teapot { return 200 teapot; }")
    assert send("/").endswith("teapot")


def test_the_pattern_of_a_rewrite_takes_the_groups_of_the_condition_away(nginx):
    send = nginx(
        'location / { if ($args ~ "^q=(.*)") { rewrite ^ /s/$1? redirect; } }'
        'location /r { if ($args ~ "^q=(.*)") { return 302 /s/$1; } }'
    )
    assert "Location: http://site.example" in send("/?q=abc")
    assert "abc" not in send("/?q=abc").split("Location:")[1].split("\r\n")[0]
    assert "abc" in send("/r?q=abc").split("Location:")[1].split("\r\n")[0]


def test_an_answer_without_body_has_only_the_type_that_was_added(nginx):
    send = nginx("location / { add_header Content-Type text/html; return 204; }")
    assert sum(line.lower().startswith("content-type:") for line in head(send("/"))) == 1


def test_a_fallback_is_looked_for_in_the_root_itself(nginx, tmp_path):
    put(tmp_path, "dist/admin/index.html", "admin")
    send = nginx(f"location /admin {{ root {tmp_path}/dist/admin; try_files $uri /index.html =404; }}")
    assert send("/admin/users").endswith("admin")


def test_a_location_inside_an_internal_one_is_internal(nginx):
    send = nginx("location /a/ { internal; location /a/b/ { return 200 seen; } try_files /none =418; }")
    assert status(send("/a/b/")) == 404
