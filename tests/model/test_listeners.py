"""What a server listens on, of which its process tells the most."""

from dataclasses import fields

import pytest
from deploylint.facts import Known, Protocol, StatedListener, Unknown
from deploylint.model.listeners import ServerListener, listener
from deploylint.source import Source
from deploylint.values.address import TcpAddress, UnixAddress
from support import all_rules, check_sources, project_of

SUPERVISOR = Source(
    "supervisord.conf",
    "[supervisord]\n\n[program:web]\ncommand=gunicorn shop.wsgi --bind 127.0.0.1:8000\ndirectory=/srv/shop\n",
)


@pytest.fixture
def server():
    ((found,),) = [one.servers for one in project_of([SUPERVISOR]).deployments]
    return found


def said(one):
    return {field.name: getattr(one, field.name) for field in fields(StatedListener)}


def test_one_on_a_written_address_says_what_a_whole_one_says(server):
    (one,) = server.listeners
    assert type(one) is ServerListener
    process, at = server.process, one.at
    assert at.text == "--bind 127.0.0.1:8000"
    whole = StatedListener(
        address=Known(TcpAddress("127.0.0.1", 8000), at),
        protocol=Protocol.HTTP,
        document=process.document,
        at=at,
        process=process,
        namespace=process.namespace,
        presumed=process.is_presumed,
    )
    assert said(one) == said(whole)
    assert one.owner == whole.owner == "[program:web]"


def test_a_relative_socket_lies_where_the_process_starts(server):
    address = Known(UnixAddress("web.sock"), server.process.at)
    assert listener(server.process, address, server.process.at).address.value == UnixAddress(
        "/srv/shop/web.sock"
    )


@pytest.mark.parametrize(
    ("changed", "tls"),
    [
        ({"why": "gunicorn default"}, False),
        ({"default": True}, False),
        ({"unless": "an env file"}, False),
        ({"at": None}, False),
        ({}, True),
    ],
)
def test_what_there_is_to_say_besides_is_kept(server, changed, tls):
    at = server.process.at
    address = Known(TcpAddress("127.0.0.1", 8000), **{"at": at, **changed})
    one = listener(server.process, address, at, Protocol.UWSGI, tls=tls)
    assert (one.address, one.tls, one.protocol) == (address, tls, Protocol.UWSGI)


def test_an_unknown_address_stays_unknown(server):
    address = Unknown("nobody knows")
    assert listener(server.process, address, server.process.at).address is address


def test_two_of_many_on_one_machine_want_the_same_address():
    programs = "".join(
        f"[program:web{n}]\ncommand=gunicorn shop.wsgi -b 127.0.0.1:{min(8000 + n, 8060)}\n\n"
        for n in range(62)
    )
    found = check_sources(
        [Source("supervisord.conf", f"[supervisord]\n\n{programs}")], [all_rules()["address-claimed-twice"]]
    )
    assert [one.finding.message for one in found] == [
        "[program:web61] and [program:web60] both want to listen on 127.0.0.1:8060"
    ]
