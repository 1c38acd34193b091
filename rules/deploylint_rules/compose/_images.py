"""Images by what they run, as far as a name tells."""

from deploylint.model.variants import is_development
from deploylint.pattern import pattern

DATA = {
    "postgres": "PostgreSQL", "postgresql": "PostgreSQL", "postgis": "PostgreSQL", "timescaledb": "PostgreSQL",
    "pgvector": "PostgreSQL", "mysql": "MySQL", "mariadb": "MariaDB", "percona": "MySQL", "redis": "Redis",
    "valkey": "Valkey", "keydb": "KeyDB", "redis-stack": "Redis", "redis-stack-server": "Redis",
    "memcached": "memcached", "mongo": "MongoDB", "mongodb": "MongoDB", "rabbitmq": "RabbitMQ",
    "elasticsearch": "Elasticsearch", "opensearch": "OpenSearch", "cassandra": "Cassandra",
    "clickhouse-server": "ClickHouse", "couchdb": "CouchDB", "influxdb": "InfluxDB", "neo4j": "Neo4j",
    "etcd": "etcd", "cockroach": "CockroachDB", "arangodb": "ArangoDB", "zookeeper": "ZooKeeper",
}  # fmt: skip
"""Last part of the image's name -> the data service in it."""

PANELS = {
    "flower": "Flower", "pgadmin4": "pgAdmin", "adminer": "Adminer", "phpmyadmin": "phpMyAdmin",
    "mongo-express": "mongo-express", "redis-commander": "Redis Commander", "redisinsight": "Redis Insight",
    "rq-dashboard": "RQ dashboard", "dozzle": "Dozzle", "kafka-ui": "Kafka UI", "phpredisadmin": "phpRedisAdmin",
    "dockge": "Dockge", "portainer": "Portainer", "portainer-ce": "Portainer", "cadvisor": "cAdvisor",
}  # fmt: skip
"""Control panels: who reaches them reads and changes what they look after."""

WITHOUT_HEALTHCHECK = frozenset(
    {"postgres", "mysql", "mariadb", "redis", "valkey", "memcached", "mongo", "rabbitmq", "nginx", "httpd",
     "python", "node", "traefik", "caddy", "haproxy", "cassandra", "couchdb", "influxdb", "neo4j"}
)  # fmt: skip
"""Official images whose Dockerfiles have no HEALTHCHECK (github.com/docker-library and the projects' own)."""

_NAME = pattern(r"[:@]")


def last_name(image: str | None) -> str:
    """`postgis` for `docker.io/postgis/postgis:16-3.4`; empty for no image and for one with a variable."""
    if image is None or "$" in image:
        return ""
    return _NAME.split(image.rsplit("/", 1)[-1], maxsplit=1)[0]


def is_for_development(path: str) -> bool:
    """Whether a file is for development or tests; override files are, as Docker's documentation has it."""
    return is_development(path) or "override" in path.rpartition("/")[2]
