from deploylint import Confidence, Context, Finding, Findings, Severity, rule
from deploylint.facts import Mount
from deploylint.formats.compose.ignored import is_ignored
from deploylint.pattern import pattern
from deploylint.recognition import could_be_ours
from deploylint.values.errors import printable
from deploylint.vocabulary.nearest import nearest

_FILE = pattern(
    r"\.(?:conf|cfg|ini|ya?ml|json|toml|sql|sh|py|xml|template|tmpl|types|rules|lua|cnf|vhost|html)\Z|(?:\A|/)Caddyfile\Z"
)


@rule(
    Severity.WARNING,
    confidence=Confidence.MEDIUM,
    symptoms=(
        "*not a directory: unknown: Are you trying to mount a directory onto a file*",
        "error mounting * to rootfs at *",
        "Are you trying to mount a directory onto a file (or vice-versa)?",
    ),
)
def compose_bind_source_missing(mount: Mount, context: Context) -> Findings:
    """A file that is mounted into a container is not in the repository.

    ## Why is this bad?
    Docker makes an empty folder in its place. The program then finds a folder where it expects its
    configuration, or the container does not start: `Are you trying to mount a directory onto a file`.

    ## Example
    ```compose
    services:
      proxy:
        image: nginx:1.27
        volumes:
          - ./nginx/shops.conf:/etc/nginx/conf.d/default.conf:ro
    ```
    ```nginx title="nginx/shop.conf"
    server { listen 80; }
    ```

    ## Use instead
    ```compose
    services:
      proxy:
        image: nginx:1.27
        volumes:
          - ./nginx/shop.conf:/etc/nginx/conf.d/default.conf:ro
    ```
    ```nginx title="nginx/shop.conf"
    server { listen 80; }
    ```

    ## When it is fine
    When something makes the file before compose runs. Files that `.gitignore` names, and those of which
    an example lies beside, are left alone. Where nothing but configuration is at hand, only a file of
    nearly the same name tells that one is missing.

    ## References
    - https://docs.docker.com/engine/storage/bind-mounts/#considerations-and-constraints
    - https://github.com/nginx/docker-nginx/issues/241
    """
    tree, source = context.project.tree, mount.source
    if (
        mount.kind != "bind"
        or not _FILE.search(source)
        or not _FILE.search(mount.target)
        or source.startswith("..")
    ):
        return
    if source in tree.files or source in tree.folders or mount.service.document.templated:
        return
    folder, _, name = source.rpartition("/")
    # Without its folder the file is meant to come from elsewhere.
    if (folder or ".") not in tree.folders or is_ignored(source, tree):
        return
    beside = {path.rpartition("/")[2] for path in tree.files if path.rpartition("/")[0] == folder}
    if any(
        other != name and (other.startswith(name + ".") or other.removesuffix(".template") == name)
        for other in beside
    ):
        return
    meant = nearest(name, beside)
    if meant is None and all(could_be_ours(path) for path in tree.files):
        return  # no repository, only its configuration: what else belongs to it is not to be seen
    yield Finding(
        mount.at,
        printable(f"{source} is mounted into {mount.service.name}, but it is not in the repository"),
        label="Docker makes an empty folder in its place",
        help=f"is {meant} meant?"
        if meant
        else "add the file, or name it in .gitignore if something makes it",
    )
