"""What rules on compose files say besides that something is wrong."""

import pytest
from deploylint.source import Source
from support import all_rules, check_sources


def helped(rule, *sources):
    return [one.finding.help for one in check_sources(sources, [all_rules()[rule]])]


@pytest.mark.parametrize(
    ("network", "told"),
    [("defualt", "write default"), ("bakc", "write back"), ("front", "declare it under networks")],
)
def test_an_undefined_network_may_be_a_misspelt_one(network, told):
    text = f"services:\n  web:\n    image: shop\n    networks: [{network}]\nnetworks:\n  back:\n"
    assert helped("compose-undefined-reference", Source("compose.yaml", text)) == [told]


def test_a_file_that_is_named_with_f_may_use_the_names_of_all_files():
    extra = "services:\n  job:\n    image: shop\n    networks: [back, other]\n"
    base = "services:\n  web:\n    image: shop\nnetworks:\n  back:\n"
    found = helped(
        "compose-undefined-reference",
        Source("base/compose.yaml", base),
        Source("jobs/extra.compose.yaml", extra),
    )
    assert found == ["declare it under networks"]


def test_files_beside_and_files_that_are_included_have_names_for_it_too():
    """Also where the file beside it is no project, since only its service is taken."""
    extra = (
        "include: [../common/net-compose.yaml]\nservices:\n  job:\n"
        "    extends: {file: beside.compose.yaml, service: web}\n    networks: [beside, included, nowhere]\n"
    )
    found = check_sources(
        [
            Source("jobs/extra.compose.yaml", extra),
            Source("jobs/beside.compose.yaml", "services:\n  web: {image: shop}\nnetworks: {beside: {}}\n"),
            Source("common/net-compose.yaml", "networks: {included: {}}\n"),
        ],
        [all_rules()["compose-undefined-reference"]],
    )
    assert [one.at.text for one in found] == ["nowhere"]


PROXY = "server {{\n    listen 80;\n    location / {{\n        proxy_pass http://{0}:8000;\n    }}\n}}\n"


@pytest.mark.parametrize(
    ("services", "told"),
    [
        (["webapp", "db"], "did you mean webapp?"),
        (["app", "db"], "proxy to a service (app, db), or give one of them the alias weebapp"),
        (
            [f"s{number:02}" for number in range(20)],
            f"proxy to a service ({', '.join(f's{n:02}' for n in range(12))}, ...), or give one of them the alias weebapp",
        ),
    ],
)
def test_an_unknown_host_is_told_of_some_services(services, told):
    proxy = "  proxy:\n    image: nginx:1.27\n    volumes: [./nginx.conf:/etc/nginx/conf.d/default.conf]\n"
    compose = "services:\n" + proxy + "".join(f"  {name}:\n    image: shop\n" for name in services)
    sources = Source("compose.yaml", compose), Source("nginx.conf", PROXY.format("weebapp"))
    assert helped("proxy-unknown-host", *sources) == [told]


def test_a_wrong_key_in_a_list_is_named_with_its_place():
    text = "services:\n  web:\n    image: shop\n    ports:\n      - target: 80\n      - target: 81\n        publish: 82\n"
    found = check_sources([Source("compose.yaml", text)], [all_rules()["compose-unknown-key"]])
    assert [one.finding.message for one in found] == [
        'services.web.ports.1 additional properties "publish" not allowed'
    ]


@pytest.mark.parametrize(("links", "found"), [(50, 1), (150, 0)])
def test_of_a_long_chain_of_services_that_wait_a_hundred_are_gone_through(links, found):
    """What lies beyond may be the one that is missed, so that nothing is said."""
    chain = "".join(
        f"  web{n}:\n    image: shop\n    command: sleep 1\n    depends_on: [web{n + 1}]\n"
        for n in range(1, links)
    )
    text = (
        "services:\n  web0:\n    image: shop\n    command: gunicorn shop.wsgi\n    depends_on: [web1]\n"
        "    environment: {CACHE_URL: redis://cache:6379/0}\n"
        f"{chain}  web{links}: {{image: shop, command: sleep 1}}\n  cache: {{image: redis:7}}\n"
    )
    assert len(helped("dependency-not-declared", Source("compose.yaml", text))) == found
