from deploylint.vocabulary import uwsgi


def test_options():
    processes = uwsgi.option("processes")
    assert (processes.argument, processes.short, processes.kind, processes.default) == (
        "required",
        "p",
        "integer",
        1,
    )
    assert "workers" in processes.aliases
    assert uwsgi.option("socket").repeatable
    assert uwsgi.option("py-autoreload").implies == ("threads", "master")
    assert uwsgi.option("enable-threads").on_since == (2, 0, 27)
    assert uwsgi.option("http").plugin == "http"
    assert uwsgi.option("py_autoreload") is None


def test_letters_and_abbreviations():
    assert uwsgi.by_short("M").name == "master"
    assert uwsgi.by_short("é") is None
    assert [found.name for found in uwsgi.abbreviated("harakiri-v")] == ["harakiri-verbose"]


def test_the_branch_that_was_never_released():
    assert uwsgi.only_in_development("fork-server")
    assert uwsgi.option("fork-server") is None
