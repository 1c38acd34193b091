"""The vocabulary modules are what the scripts make of the facts, and cheap to load."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"
DATA = Path(__file__).parents[2] / "linter" / "deploylint" / "vocabulary" / "data"
PROGRAMS = ("compose", "defaults", "gunicorn", "nginx", "servers", "supervisor", "systemd", "uwsgi")


@pytest.fixture
def scripts(monkeypatch):
    monkeypatch.syspath_prepend(str(SCRIPTS))

    def load(name):
        spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_module_is_what_the_facts_say(scripts, program):
    files = scripts("vocabulary_files")
    if program == "nginx":
        scripts("vocabulary_nginx_source")
    made = scripts(f"vocabulary_{program}").build(files.read_facts(program))
    assert (DATA / f"{program}.py").read_text() == made, f"run scripts/vocabulary_{program}.py"


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_vocabulary_imports_nothing_heavy(program):
    asked = (
        f"import sys; import deploylint; before = set(sys.modules); import deploylint.vocabulary.{program};"
    )
    asked += "print(*sorted(set(sys.modules) - before))"
    loaded = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    ).stdout.split()
    own = {"collections.abc", "functools", "_functools", "types"}
    own |= {f"deploylint.vocabulary.{program}", "deploylint.vocabulary"}
    own |= {"deploylint.vocabulary.data", f"deploylint.vocabulary.data.{program}"}
    assert set(loaded) <= own


def test_a_new_systemd_release_is_learnt(scripts):
    scripts("vocabulary_files")
    script = scripts("vocabulary_systemd")
    text = """
        {%- macro EXEC_CONTEXT_CONFIG_ITEMS(type) -%}
        {{type}}.WorkingDirectory,  config_parse_working_directory, 0, offsetof({{type}}, exec_context)
        {%- if ENABLE_SMACK %}
        {{type}}.SmackProcessLabel, config_parse_exec_smack_process_label, 0, offsetof({{type}}, exec_context)
        {%- else %}
        {{type}}.SmackProcessLabel, config_parse_warn_compat, DISABLED_CONFIGURATION, 0
        {%- endif %}
        {%- endmacro -%}
        Unit.Description,           config_parse_unit_string_printf, 0, offsetof(Unit, description)
        Unit.New,                   config_parse_bool, 0, offsetof(Unit, new)
        Unit.Old,                   config_parse_warn_compat, DISABLED_LEGACY, 0
        {{ EXEC_CONTEXT_CONFIG_ITEMS('Service') }}
    """
    table = script.gperf_table(text)
    assert table["Service", "SmackProcessLabel"] == (
        "config_parse_exec_smack_process_label",
        "0",
        "ENABLE_SMACK",
    )
    row = {"section": "Unit", "since": 183, "argument": "0", "documented": True}
    facts = {
        "keys": [
            {**row, "key": "Description", "parsers": [[183, "config_parse_unit_string_printf"]]},
            {**row, "key": "Old", "parsers": [[183, "config_parse_bool"]]},
            {**row, "key": "Gone", "parsers": [[183, "config_parse_bool"]]},
        ],
        "enums": {"service_type": {"simple": [183, None], "odd": [183, None]}},
    }
    script.learn_keys(facts, 262, table)
    learnt = {row["key"]: row for row in facts["keys"]}
    assert learnt["Description"]["parsers"] == [[183, "config_parse_unit_string_printf"]]
    assert learnt["Old"]["noop_since"] == 262
    assert learnt["Gone"]["removed"] == 262
    assert (learnt["New"]["since"], learnt["New"]["parsers"]) == (262, [[262, "config_parse_bool"]])
    assert learnt["WorkingDirectory"]["section"] == "Service"
    source = """static const char* const service_type_table[_SERVICE_TYPE_MAX] = {
        [SERVICE_SIMPLE] = "simple",
        [SERVICE_NEW]    = "new",
    };"""
    script.learn_words(facts, 262, source)
    assert facts["enums"]["service_type"] == {"simple": [183, None], "odd": [183, 261], "new": [262, None]}


def test_a_new_nginx_release_is_learnt(scripts):
    scripts("vocabulary_files")
    source = scripts("vocabulary_nginx_source")
    script = scripts("vocabulary_nginx")
    first = """
static ngx_conf_num_bounds_t  ngx_demo_bounds = {
    ngx_conf_check_num_bounds, 1, 9
};
static ngx_command_t  ngx_demo_commands[] = {
    { ngx_string("demo_level"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE12,
      ngx_conf_set_num_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_demo_conf_t, level),
      &ngx_demo_bounds },
    ngx_null_command
};
"""
    second = first.replace("NGX_CONF_TAKE12", "NGX_CONF_1MORE")
    facts = {"directives": {}, "variables": {}, "modules": {}}
    for version, text in (((1, 0, 0), first), ((1, 0, 1), second), ((1, 0, 2), first), ((1, 0, 3), "")):
        script.learn_release(facts, version, source.release_of([("ngx_demo", source.parse_file(text))]))
    one, two = facts["directives"]["demo_level"]
    assert one[:9] == [["http", "location"], [1, 2], -1, False, "number", False, [], [1, 9], ""]
    assert one[10] == [[[1, 0, 0], [1, 0, 1]], [[1, 0, 2], [1, 0, 3]]]
    assert two[1:3] == [[], 1]
    assert two[10] == [[[1, 0, 1], [1, 0, 2]]]


def test_defaults_of_nginx_are_learnt_with_the_release_since_when_they_hold(scripts, tmp_path):
    scripts("vocabulary_files")
    scripts("vocabulary_nginx_source")
    script = scripts("vocabulary_defaults_nginx")
    documents, source = tmp_path / "documents", tmp_path / "source"

    def commit(folder, path, text, *tags):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
        for arguments in (
            ["init", "-q"],
            ["add", "-A"],
            ["commit", "-q", "-m", "x"],
            *(["tag", tag] for tag in tags),
        ):
            subprocess.run(
                ["git", "-C", folder, *identity, *arguments], check=True, stderr=subprocess.DEVNULL
            )

    page = """<!DOCTYPE module SYSTEM "x.dtd"><module><section>
<directive name="demo_time"><syntax/><default>60s</default><context>http</context><context>server</context></directive>
<directive name="demo_level"><syntax/><default>off</default><context>if in location</context></directive>
<directive name="demo_name"><syntax/><default>host from demo_pass</default><context>http</context></directive>
<directive name="demo_none"><syntax/><default/><context>http</context>&mdash;</directive>
<directive name="demo_plus"><syntax/><default>1</default><context>http</context></directive>
</section></module>"""
    commit(documents, "xml/en/docs/http/ngx_http_demo_module.xml", page)
    code = """
#define NGX_DEMO_TIME  30000
    { ngx_string("demo_time"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_SRV_CONF_OFFSET,
      offsetof(ngx_demo_conf_t, wait),
      NULL },
    ngx_conf_merge_msec_value(conf->wait, prev->wait, NGX_DEMO_TIME);
"""
    file = "src/http/modules/ngx_http_demo_module.c"
    commit(source, file, code, "release-1.9.0")
    commit(source, file, code.replace("30000", "60000"), "release-1.9.1")
    commit(source, file, code.replace("30000", "60000 "), "release-1.10.0", "release-1.10.1")
    learnt = script.learn(str(documents), str(source), ["demo_time", "demo_level", "demo_name", "demo_none"])
    assert learnt == {
        "demo_level": [[["if-in-location"], "off", [1, 10, 1]]],
        "demo_time": [[["http", "server"], "60s", [1, 9, 1]]],
    }
