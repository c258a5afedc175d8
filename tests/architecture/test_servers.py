"""Every server the other tests stand on is a real one, and dies and comes back as a real one does."""

from collections.abc import Callable

import psycopg
import pytest
import redis

from tests import servers


def test_redis_answers_empty_and_evicts_nothing(redis_url: str):
    with redis.Redis.from_url(redis_url, decode_responses=True) as client:
        assert client.dbsize() == 0
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.xadd("stream", {"fact": "{}"}, id="1-0") == "1-0"


def test_what_redis_acknowledged_survives_a_kill_and_a_stop(redis_server: servers.RedisServer):
    with redis.Redis.from_url(redis_server.url, decode_responses=True) as client:
        client.xadd("stream", {"fact": "first"}, id="1-0")
        redis_server.kill()
        with pytest.raises(redis.ConnectionError):
            client.ping()
        redis_server.start()
        client.xadd("stream", {"fact": "second"}, id="2-0")
        redis_server.stop()
        redis_server.start()
        assert client.xrange("stream") == [("1-0", {"fact": "first"}), ("2-0", {"fact": "second"})]


def test_a_wiped_redis_comes_back_empty_at_the_same_address(redis_server: servers.RedisServer):
    with redis.Redis.from_url(redis_server.url) as client:
        client.set("key", "value")
        redis_server.wipe()
        assert client.dbsize() == 0


def test_two_servers_of_one_test_do_not_see_each_other(start_redis: Callable[..., servers.RedisServer]):
    one, two = start_redis(), start_redis("--maxmemory", "64mb")
    with redis.Redis.from_url(one.url) as first, redis.Redis.from_url(two.url) as second:
        first.set("key", "value")
        assert second.get("key") is None
        assert second.config_get("maxmemory") == {"maxmemory": "67108864"}


def test_a_server_that_cannot_start_says_why(start_redis: Callable[..., servers.RedisServer]):
    with pytest.raises(servers.ServerDidNotStart, match="no-such-option"):
        start_redis("--no-such-option", "yes")


def test_postgres_answers_and_is_durable(postgres_url: str):
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)


def test_each_test_has_a_database_of_its_own(postgres_url: str, postgres_database: str):
    with psycopg.connect(postgres_database) as connection:
        connection.execute("CREATE TABLE facts (body bytea)")
        assert connection.execute("SELECT count(*) FROM facts").fetchone() == (0,)
    with psycopg.connect(postgres_url) as connection, pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute("SELECT count(*) FROM facts")


def test_each_test_has_a_schema_of_its_own(postgres_url: str, postgres_schema: str):
    with psycopg.connect(postgres_url, options=f"-c search_path={postgres_schema}") as connection:
        assert connection.execute("SELECT current_schema()").fetchone() == (postgres_schema,)


@pytest.mark.postgres
def test_what_postgres_committed_survives_a_kill():
    with servers.own(servers.PostgresServer) as server:
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE facts AS SELECT 1 AS index")
        server.kill()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(server.url)
        server.start()
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SELECT index FROM facts").fetchone() == (1,)


def test_redis_answers_from_a_container(redis_container_url: str):
    with redis.Redis.from_url(redis_container_url) as client:
        assert client.dbsize() == 0
        assert client.config_get("appendonly") == {"appendonly": "yes"}


def test_postgres_answers_from_a_container(postgres_container_url: str):
    with psycopg.connect(postgres_container_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
