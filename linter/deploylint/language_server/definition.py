"""Go to definition: where what is named under the cursor is."""

from lsprotocol import types

from deploylint.language_server.folder import Folder
from deploylint.language_server.languages import Place, languages
from deploylint.language_server.positions import Positions
from deploylint.language_server.workspace import Workspace


def definition(
    place: Place, positions: Positions, folder: Folder, workspace: Workspace
) -> list[types.Location]:
    """The places, those of the format first. Files that ship with a program have none."""
    for language in languages(place.document):
        places = (at for at in language.definitions(place) if at.path in place.project.tree.files)
        found = {(at.path, at.span): at for at in places}
        if found:
            return [types.Location(workspace.uri(folder, at.path), positions.of(at)) for at in found.values()]
    return []
