"""The vocabulary modules are what the scripts make of the facts, and cheap to load."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"
DATA = Path(__file__).parents[2] / "linter" / "deploylint" / "vocabulary" / "data"
PROGRAMS = ("compose", "gunicorn", "nginx", "servers", "supervisor", "systemd", "uwsgi")


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
    own = {"collections.abc", "dataclasses", f"deploylint.vocabulary.{program}", "deploylint.vocabulary"}
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
