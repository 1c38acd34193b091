from deploylint import Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.nginx import File
from deploylint.pattern import pattern

_NAMES = {
    "\ufeff": "a byte order mark",
    "\xa0": "a no-break space",
    "\u200b": "a zero-width space",
    "\u2028": "a line separator",
    "\u3000": "an ideographic space",
    "\x0b": "a vertical tab",
    "\x0c": "a form feed",
    "\u201c": "a typographic quote",
    "\u201d": "a typographic quote",
    "\u2018": "a typographic quote",
    "\u2019": "a typographic quote",
}
_IN_ASCII = tuple(filter(str.isascii, _NAMES))
_ODD = pattern(f"[{''.join(_NAMES)}]++")
_QUOTES = {"\u201c": '"', "\u201d": '"', "\u2018": "'", "\u2019": "'"}


@rule(Severity.WARNING, group=Group.VALIDITY)
def nginx_odd_whitespace(file: File) -> Findings:
    """A character that looks like a blank or a quote and is none to nginx.

    ## Why is this bad?
    Words end at spaces, tabs and line ends only, and quotes are the plain ones. Anything else becomes a part of the word, so
    that nginx does not know the directive or takes a wrong value. Such characters come from web pages and word processors.

    ## Example
    ```nginx
    server {
        listen 80;
        add_header X-Frame-Options “DENY”;
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        add_header X-Frame-Options "DENY";
    }
    ```

    ## When it is fine
    Inside of quotes the character may be meant, and nothing is said.

    ## Fix safety
    Safe for blanks and marks: nobody means a word that only looks like two. Unsafe for quotes: nginx may be sending
    them as they stand.

    ## References
    - ngx_conf_read_token in src/core/ngx_conf_file.c
    """
    text = file.source.text
    if not any(character in text for character in (_IN_ASCII if text.isascii() else _NAMES)):
        return
    for statement, _ in file.walk():
        if not _ODD.search(file.source.text, statement.start, statement.head_end):
            continue
        odd = [
            match
            for word in statement.words
            if not word.quoted
            for match in _ODD.finditer(file.source.text, word.start, word.end)
        ]
        edits = [Edit(file.source.location(*match.span()), _plain(match[0][0])) for match in odd]
        # One quote alone would open a string that ends somewhere below.
        quotes = tuple(edit for edit in edits if edit.replacement in _QUOTES.values())
        for match, edit in zip(odd, edits, strict=True):
            title = "write a plain one" if edit.replacement else "take it away"
            yield Finding(
                edit.at,
                f"{_NAMES[match[0][0]]} is a part of the word to nginx",
                fix=Fix(title, quotes, Safety.UNSAFE) if edit in quotes else Fix(title, (edit,)),
            )


def _plain(character: str) -> str:
    return _QUOTES.get(character, "" if character in "\ufeff\u200b" else " ")
