"""The folders that something of the project makes before a server starts."""

from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint.project import Project


def made_folders(project: "Project", writing: type) -> set[str]:
    """The last parts of the paths in lines of the project that run mkdir or install, or mount something.

    Documents of the class `writing` are those that want the folders, and are not looked at.
    """
    found: set[str] = set()
    for document in project.documents:
        if isinstance(document, writing):
            continue
        for line in document.source.text.splitlines():
            if (
                "mkdir" in line
                or "install -d" in line
                or "volumes" in line
                or "VOLUME" in line
                or ":/" in line
            ):
                words = line.replace(":", " ").replace('"', " ").replace("'", " ").replace(",", " ").split()
                found.update(word.rstrip("/").rpartition("/")[2] for word in words)
    return found
