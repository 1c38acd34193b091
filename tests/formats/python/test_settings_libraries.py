"""Which variables settings cannot do without, against what the libraries said.

The verdicts are those of django-environ 0.14.0, environs 15.2.0 and pydantic-settings 2.16.3, run without any of the
variables in the environment. Where `silent` stands, the library refused and the source alone does not say so.
"""

import pytest
from deploylint.formats.python import describe
from deploylint.source import Source

_DJANGO = "import environ\nenv = environ.Env(DEBUG=(bool, False), LEVEL=int)\n"
_ENVIRONS = "from environs import Env\nenv = Env()\n"
_PYDANTIC = "from pydantic import Field\nfrom pydantic_settings import BaseSettings, SettingsConfigDict\nclass S(BaseSettings):\n"
_MADE = "\n\nsettings = S()\n"


def _required(text: str) -> set[str]:
    return {name for name, required in describe(Source("settings.py", text)).variables.items() if required}


@pytest.mark.parametrize(
    ("expression", "refused"),
    [
        ('env("X")', {"X"}),
        ('env("X",)', {"X"}),
        ('env("X", cast=int)', {"X"}),
        ('env.str("X")', {"X"}),
        ('env.bool("X")', {"X"}),
        ('env.list("X", subcast=int)', {"X"}),
        ('env.url("X")', {"X"}),
        ('[env("X"), env.int("Y", default=max(1, 2))]', {"X"}),
        ('env.list(\n    "X",  # many\n)', {"X"}),
        ("env.db()", {"DATABASE_URL"}),
        ("env.cache_url()", {"CACHE_URL"}),
        ("env.email()", {"EMAIL_URL"}),
        ("env.channels()", {"CHANNELS_URL"}),
        ('env.db("X")', {"X"}),
        ('env("X", default=None)', set()),
        ('env.db(\n    "X",\n    default="sqlite:///x",\n)', set()),
        ("env('X', validate=[" + "f(1), " * 40 + "], default=1)", set()),
        ('env("X", bool, False)', set()),
        ('env.bool("X", False)', set()),
        ('env.list("X", str, [])', set()),
        ('env("DEBUG")', set()),
        ('env.bool("DEBUG")', set()),
        ("'X' in env", set()),
    ],
)
def test_django_environ(expression, refused):
    assert _required(f"{_DJANGO}VALUE = {expression}\n") == refused


@pytest.mark.parametrize(
    "expression", ['env("X", str)', 'env.list("X", str)', 'env("LEVEL")', 'env.get_value("X")']
)
def test_silent_where_a_value_may_be_a_default(expression):
    assert _required(f"{_DJANGO}VALUE = {expression}\n") == set()


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ('VALUE = env("X")', {"X"}),
        ('VALUE = env.log_level("X")', {"X"}),
        ('VALUE = env.str("X", None)', set()),
        ('VALUE = env("X", default="x")', set()),
        ('env = Env(eager=False)\nVALUE = env("X")', set()),
    ],
)
def test_environs(text, refused):
    assert _required(f"{_ENVIRONS}{text}\n") == refused


@pytest.mark.parametrize(
    "text",
    [
        'if DEBUG:\n    VALUE = env("X")',
        'VALUE = env("X") if DEBUG else ""',
        'VALUE = DEBUG or env("X")',
        'VALUE = [env("X") for _ in names]',
        'VALUE = lambda: env("X")',
        'def value():\n    return env("X")',
        'class Production(Configuration):\n    VALUE = env("X")',
        'try:\n    VALUE = env("X")\nexcept Exception:\n    VALUE = ""',
        "VALUE = env(NAME)",
        'VALUE = env(f"{NAME}_X")',
        'VALUE = env("X" "Y")',
        'VALUE = request.env("X")',
        'env.prefix = "SHOP_"\nVALUE = env("X")',
        'env = load()\nVALUE = env("X")',
        'import os\nos.environ.setdefault("X", "x")\nVALUE = env("X")',
        'import os\nos.environ["X"] = "x"\nVALUE = env("X")',
    ],
)
def test_nothing_where_it_depends(text):
    assert _required(_DJANGO + text + "\n") == set()


@pytest.mark.parametrize(
    "text",
    [
        'from .base import env\nVALUE = env("X")\n',
        'from jinja2 import Environment as Env\nenv = Env()\nVALUE = env("X")\n',
        'import environ\nenv = environ.Env(**scheme)\nVALUE = env("X")\n',
        'import environ\nenv = environ.FileAwareEnv()\nVALUE = env("X")\n',
        'from environs import Env\nenv = Env(prefix="SHOP_")\nVALUE = env("X")\n',
    ],
)
def test_nothing_where_the_maker_is_not_known(text):
    assert _required(text) == set()


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ("    q: str", {"Q"}),
        ("    q: str\n\n\nother: S = S()", {"Q"}),
        ("    q: Optional[str]\n    r: str | None", {"Q", "R"}),
        ("    q: str = Field(...)\n    r: str = Field()", {"Q", "R"}),
        ('    q: str = "x"\n    r: str = Field("x")\n    s: str = Field(default="x")', set()),
        (
            '    q: str = Field(alias="Other")\n    r: str = Field(validation_alias="SHOP_R")',
            {"OTHER", "SHOP_R"},
        ),
        ('    model_config = SettingsConfigDict(env_prefix="shop_")\n    q: str', {"SHOP_Q"}),
        ('    model_config = {"env_prefix": "SHOP_"}\n    q: str = Field(alias="HH")', {"HH"}),
        ('    class Config:\n        env_prefix = "SHOP_"\n    q: str', {"SHOP_Q"}),
        ('    """Settings."""\n    q: str\n\n    def f(self):\n        r: str\n', {"Q"}),
    ],
)
def test_pydantic_settings(body, refused):
    assert _required(_PYDANTIC + body + _MADE) == refused


@pytest.mark.parametrize(
    "body",
    [
        '    model_config = SettingsConfigDict(env_file=".env")\n    q: str',
        "    model_config = SettingsConfigDict(env_prefix=PREFIX)\n    q: str",
        '    model_config = SettingsConfigDict(secrets_dir="/run/secrets")\n    q: str',
        "    q: Database",
        "    q: ClassVar[str]",
        '    q: str = Field(validation_alias=AliasChoices("a", "b"))',
        "    q: str = make()",
        "    _q: str",
        "    q: str = Field(**options)",
    ],
)
def test_silent_where_a_class_is_not_certain(body):
    assert _required(_PYDANTIC + body + _MADE) == set()


@pytest.mark.parametrize(
    "rest",
    [
        "",
        'S(q="x")\n',
        "S()\nS(_env_file='.env')\n",
        "class T(S): ...\nS()\n",
        "s = S() if FILES else None\n",
        "def get():\n    return S()\n",
        "import os\nos.environ['Q'] = 'x'\nS()\n",
    ],
)
def test_silent_unless_the_class_is_made_as_it_is(rest):
    assert _required(f"{_PYDANTIC}    q: str\n\n{rest}") == set()


def test_pydantic_1_gives_optional_fields_a_default():
    text = (
        "from pydantic import BaseSettings, Field\n"
        "class S(BaseSettings):\n"
        "    q: Optional[str]\n"
        "    r: str\n"
        '    s: str = Field(..., env="OTHER")\n'
        '    t: str = Field(..., alias="tt")\n'
        "S()\n"
    )
    assert _required(text) == {"R", "OTHER"}
