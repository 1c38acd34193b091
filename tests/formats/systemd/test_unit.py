"""Units merged from their files: what holds in the end."""

import pytest
from deploylint.formats.systemd import parse
from deploylint.formats.systemd.unit import units
from deploylint.source import Source


def merged(name, files):
    parsed = [parse(Source(path, text)) for path, text in files.items()]
    return next(unit for file, unit in units(parsed).items() if file.path == name)


def values(unit, key, section="Service"):
    return [line.value for line in unit.all(section, key)]


def test_later_lines_win_and_empty_ones_reset():
    unit = merged(
        "a.service",
        {
            "a.service": (
                "[Service]\nRestart=no\nRestart=always\nRestart=\nExecStart=/bin/a\nExecStart=\nExecStart=/bin/b\n"
                "User=app\nUser=\n[Unit]\nAfter=x.service\nAfter=\n"
            )
        },
    )
    assert unit.value("Service", "Restart") == "always"
    assert values(unit, "ExecStart") == ["/bin/b"]
    assert unit.value("Service", "User") is None
    assert values(unit, "After", "Unit") == ["x.service"]


def test_drop_ins_apply_in_the_order_of_their_names():
    unit = merged(
        "sys/shop-web@.service",
        {
            "sys/shop-web@.service": "[Service]\nUser=a\nEnvironment=A=1\n",
            "sys/shop-web@.service.d/20-b.conf": "[Service]\nUser=b\nEnvironment=A=2\n",
            "sys/shop-.service.d/10-c.conf": "[Service]\nUser=c\nEnvironment=A=3\n",
            "sys/service.d/30-d.conf": "[Service]\nNice=1\n",
            "sys/other.service.d/40-e.conf": "[Service]\nUser=e\n",
            "elsewhere/shop-.service.d/50-f.conf": "[Service]\nUser=f\n",
        },
    )
    assert unit.value("Service", "User") == "b"
    assert values(unit, "Environment") == ["A=1", "A=3", "A=2"]
    assert unit.value("Service", "Nice") == "1"


def test_the_more_specific_folder_masks_a_file_of_the_same_name():
    unit = merged(
        "a-b.service",
        {
            "a-b.service": "",
            "a-.service.d/x.conf": "[Service]\nUser=prefix\n",
            "a-b.service.d/x.conf": "[Service]\nUser=own\n",
        },
    )
    assert values(unit, "User") == ["own"]


@pytest.mark.parametrize("mains", [("one/a.service",), ("one/a.service", "two/a.service")])
def test_a_drop_in_elsewhere_belongs_to_the_only_unit_of_its_name(mains):
    files = dict.fromkeys(mains, "[Service]\nUser=main\n")
    unit = merged(mains[0], {**files, "etc/a.service.d/x.conf": "[Service]\nUser=drop\n"})
    assert unit.value("Service", "User") == ("drop" if len(mains) == 1 else "main")


def test_a_drop_in_without_its_unit_is_not_the_whole_unit():
    unit = merged("a.service.d/x.conf", {"a.service.d/x.conf": "[Service]\nUser=app\n"})
    assert unit.name == "a.service"
    assert not unit.is_whole
