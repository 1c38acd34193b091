"""What of a request reaches the application behind nginx, and what comes back, where rules claim something about it."""

import pytest
from oracles.nginx_server import ClosesOnSecond, checked, found, head, put, status

pytestmark = pytest.mark.oracle("nginx")


@pytest.mark.parametrize(
    ("directives", "split"),
    [
        ("proxy_pass http://127.0.0.1:PORT$uri;", True),
        ("proxy_pass http://127.0.0.1:PORT$request_uri;", False),
        ("proxy_pass http://127.0.0.1:PORT;", False),
        ("proxy_pass http://127.0.0.1:PORT; proxy_set_header X-Page $uri;", True),
        ("proxy_pass http://127.0.0.1:PORT; proxy_set_header X-Page $request_uri;", False),
    ],
)
def test_request_splitting_towards_the_application(nginx, application, directives, split):
    send = nginx(f"location / {{ {directives.replace('PORT', str(application.port))} }}")
    answer = send("/%0d%0aX-Evil:%20yes")
    assert ("X-Evil: yes" in answer.split("\r\n\r\n", 1)[1]) == split
    assert found("nginx-http-splitting", f"location / {{ {directives} }}".replace("PORT", "8000")) == split


def test_a_capture_that_may_begin_with_anything_chooses_the_host(nginx, application):
    send = nginx("location ~ ^/app(.*)$ { proxy_pass http://127.0.0.1$1; }")
    assert "X-App: yes" in head(send(f"/app:{application.port}/x"))


def test_proxy_set_header_in_a_child_replaces_all_of_the_parent(nginx, application):
    send = nginx(
        "proxy_set_header Host $host; proxy_set_header X-Real-IP $remote_addr;"
        f"location / {{ proxy_pass http://127.0.0.1:{application.port}; }}"
        f"location /child {{ proxy_set_header X-Own 1; proxy_pass http://127.0.0.1:{application.port}; }}"
    )
    assert "Host: site.example\r\nX-Real-IP: 127.0.0.1" in send("/")
    child = send("/child")
    assert "X-Real-IP" not in child
    assert f"Host: 127.0.0.1:{application.port}" in child


def test_try_files_in_front_of_proxy_pass_serves_no_file(nginx, application, tmp_path):
    put(tmp_path, "site/a.txt", "from the file")
    send = nginx(
        f"root {tmp_path}/site; location / {{ try_files $uri =404; proxy_pass http://127.0.0.1:{application.port}; }}"
        f"location @app {{ proxy_pass http://127.0.0.1:{application.port}; }}"
        "location /good/ { try_files $uri @app; }"
    )
    assert "from the file" not in send("/a.txt")
    assert "X-App: yes" in head(send("/a.txt"))
    assert status(send("/b.txt")) == 404
    assert "X-App: yes" in head(send("/good/x"))


def test_the_last_of_two_content_handlers_wins(nginx, application):
    send = nginx(
        f"location /a {{ proxy_pass http://127.0.0.1:{application.port}; uwsgi_pass 127.0.0.1:1; }}"
        f"location /b {{ uwsgi_pass 127.0.0.1:1; proxy_pass http://127.0.0.1:{application.port}; }}"
    )
    assert status(send("/a")) == 502
    assert status(send("/b")) == 200


def test_a_slash_too_many_or_too_few_in_proxy_pass(nginx, application):
    port = application.port
    send = nginx(
        f"location /api {{ proxy_pass http://127.0.0.1:{port}/; }}"
        f"location /v/ {{ proxy_pass http://127.0.0.1:{port}/v1; }}"
    )
    assert "GET //users HTTP" in send("/api/users")
    assert "GET /v1users HTTP" in send("/v/users")


def test_the_host_header_when_none_is_set(nginx, application):
    send = nginx(
        "location / { proxy_pass http://my_app; }",
        http=f"upstream my_app {{ server 127.0.0.1:{application.port}; }}",
    )
    assert "Host: my_app\r\nConnection: close" in send("/")


def test_keepalive_needs_version_and_header(nginx, application):
    port = application.port
    send = nginx(
        "location /a { proxy_pass http://app; }"
        'location /b { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; }',
        http=f"upstream app {{ server 127.0.0.1:{port}; keepalive 4; }}",
    )
    for _ in range(3):
        send("/a")
    assert application.connections == 3
    for _ in range(3):
        send("/b")
    assert application.connections == 4


def test_upgrade_is_not_passed_on_by_itself(nginx, application):
    port = application.port
    send = nginx(
        f"location /a {{ proxy_pass http://127.0.0.1:{port}; }}"
        f"location /b {{ proxy_pass http://127.0.0.1:{port}; proxy_http_version 1.1;"
        " proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; }"
    )
    assert "Upgrade: websocket" not in send("/a", "Upgrade: websocket")
    assert "Upgrade: websocket" in send("/b", "Upgrade: websocket")


def test_a_balancing_method_after_keepalive_takes_its_place(nginx, tmp_path, application):
    send = nginx(
        'location / { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; }',
        http=f"upstream app {{ keepalive 4; least_conn; server 127.0.0.1:{application.port}; }}",
    )
    for _ in range(3):
        send("/")
    assert application.connections == 3
    said = checked(tmp_path, "upstream app { keepalive 4; least_conn; server 127.0.0.1:1; }")
    assert "load balancing method redefined" in said


def test_uwsgi_pass_sends_no_variables_by_itself(nginx, application):
    port = application.port
    send = nginx(
        f"location /a {{ uwsgi_pass 127.0.0.1:{port}; }}"
        f"location /b {{ uwsgi_param REQUEST_METHOD $request_method; uwsgi_pass 127.0.0.1:{port}; }}"
    )
    assert "REQUEST_METHOD" not in send("/a")
    assert "REQUEST_METHOD" in send("/b")
    # The headers of the request are sent all the same.
    assert "HTTP_HOST" in send("/a")


def test_a_question_mark_in_a_capture_ends_the_host(nginx, application):
    send = nginx(r"location ~ ^/api/([^/]+)/ { proxy_pass http://127.0.0.1:$1.internal; }")
    assert "X-App: yes" in head(send(f"/api/{application.port}%3F/x"))


def test_a_parameter_of_the_location_replaces_those_of_the_server(nginx, application):
    port = application.port
    send = nginx(
        "uwsgi_param REQUEST_METHOD $request_method;"
        f"location /a {{ uwsgi_pass 127.0.0.1:{port}; }}"
        f"location /b {{ uwsgi_param X_OWN 1; uwsgi_pass 127.0.0.1:{port}; }}"
    )
    assert "REQUEST_METHOD" in send("/a")
    assert "REQUEST_METHOD" not in send("/b")


@pytest.mark.parametrize(
    ("size", "directives", "expected"),
    [
        (1 << 20, "", 200),
        ((1 << 20) + 1, "", 413),
        ((1 << 20) + 1, "client_max_body_size 2m;", 200),
        ((1 << 20) + 1, "client_max_body_size 0;", 200),
    ],
)
def test_bodies_above_the_limit_never_reach_the_application(nginx, application, size, directives, expected):
    """The limit is judged by Content-Length, before any of the body comes."""
    send = nginx(
        f"{directives} location / {{ proxy_request_buffering off; proxy_pass http://127.0.0.1:{application.port}; }}"
    )
    body = "x" * size if expected == 200 else ""
    answer = send("/", f"Content-Length: {size}", method="POST", body=body)
    assert status(answer) == expected
    assert (application.connections > 0) is (expected == 200)


@pytest.mark.parametrize(("size", "expected"), [(8000, 200), (8300, 400)])
def test_one_header_may_have_eight_kilobytes(nginx, application, size, expected):
    send = nginx(f"location / {{ proxy_pass http://127.0.0.1:{application.port}; }}")
    assert status(send("/", f"X-Long: {'x' * size}")) == expected


@pytest.mark.parametrize(("method", "expected"), [("GET", 200), ("POST", 502)])
def test_a_request_on_a_kept_connection_that_is_closed(nginx, method, expected):
    """The application answers once on each connection and closes when a second request comes on it."""
    closing = ClosesOnSecond()
    upstream = f"upstream app {{ server 127.0.0.1:{closing.port}; keepalive 2; }}"
    send = nginx(
        'location / { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; }',
        upstream,
    )
    assert status(send("/")) == 200
    assert status(send("/", "Content-Length: 0", method=method)) == expected
    closing.listener.close()
