"""The protocol where pygls does less, or more, than its specification and this server want."""

from collections.abc import Iterator
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidRequest
from pygls.protocol import LanguageServerProtocol, lsp_method


class Protocol(LanguageServerProtocol):
    """Requests that come too late or twice are answered; texts are kept by the workspace only.

    pygls would keep every text a second time, and count lines in it by everything that Python takes for a line end.
    """

    def handle_message(self, message: Any) -> None:
        is_request = hasattr(message, "id") and hasattr(message, "method")
        again = is_request and message.method == types.INITIALIZE and self._workspace is not None
        if is_request and (self._shutdown or again):
            why = "the server is initialized already" if again else "the server is shut down"
            self._send_response(message.id, error=JsonRpcInvalidRequest(why).to_response_error())
            return
        super().handle_message(message)

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: Any) -> Iterator[Any]:
        yield self._handed_on(types.TEXT_DOCUMENT_DID_OPEN, params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: Any) -> Iterator[Any]:
        yield self._handed_on(types.TEXT_DOCUMENT_DID_CHANGE, params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: Any) -> Iterator[Any]:
        yield self._handed_on(types.TEXT_DOCUMENT_DID_CLOSE, params)

    def _handed_on(self, method: str, params: Any) -> tuple[Any, tuple[Any], None]:
        return self.fm.features[method], (params,), None
