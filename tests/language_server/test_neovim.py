"""A real editor as the client: Neovim without a window."""

import subprocess

import pytest
from language_server.client import PROGRAM

CONF = "[program:shop]\ncommand=/srv/shop/run\nstopwaittimeout=60\n"

NGINX = 'events {}\nhttp { server {\n    add_header A "😀 é"; listen 80;\n}\n}\n'

SCRIPT = """
vim.o.swapfile = false
local function say(text) io.stdout:write(text .. '\\n') end
local root = vim.fn.getcwd()
vim.cmd('edit supervisord.conf')
local config = {
  name = 'deploylint',
  cmd = { PROGRAM, 'lsp' },
  root_dir = root,
  workspace_folders = { { uri = vim.uri_from_fname(root), name = root } },
}
local id
if vim.lsp.start then
  id = vim.lsp.start(config)
else
  id = vim.lsp.start_client(config)
  vim.lsp.buf_attach_client(0, id)
end
local function wrong()
  return vim.tbl_filter(function(d) return d.code == 'supervisor-unknown-option' end, vim.diagnostic.get(0))
end
vim.wait(30000, function() return #wrong() > 0 end)
say(wrong()[1].lnum .. ' ' .. wrong()[1].source .. ' ' .. wrong()[1].message)
local place = { line = 2, character = 3 }
local document = { uri = vim.uri_from_bufnr(0) }
local function ask(method, params)
  local found = vim.lsp.buf_request_sync(0, 'textDocument/' .. method, params, 30000)
  return found[id].result
end
local chosen = ask('codeAction', {
  textDocument = document, range = { start = place, ['end'] = place }, context = { diagnostics = {} },
})[1]
say(chosen.title)
vim.lsp.util.apply_workspace_edit(chosen.edit, 'utf-16')
say(vim.api.nvim_buf_get_lines(0, 2, 3, false)[1])
vim.wait(30000, function() return #wrong() == 0 end)
say('left: ' .. #wrong())
say(vim.split(ask('hover', { textDocument = document, position = place }).contents.value, '\\n')[1])
vim.cmd('edit nginx.conf')
if vim.lsp.start then vim.lsp.start(config) else vim.lsp.buf_attach_client(0, id) end
local function unknown()
  return vim.tbl_filter(function(d) return d.code == 'nginx-unknown-directive' end, vim.diagnostic.get(0))
end
-- A letter goes behind an emoji on its line, then a line comes above it, as if typed.
local at = vim.api.nvim_buf_get_lines(0, 2, 3, false)[1]:find('listen') - 1
vim.api.nvim_buf_set_text(0, 2, at + 3, 2, at + 4, { '' })
vim.wait(30000, function() return #unknown() > 0 end)
say(unknown()[1].lnum .. ' ' .. unknown()[1].col - at)
vim.api.nvim_buf_set_lines(0, 0, 0, false, { '# 😀' })
vim.wait(30000, function() return #unknown() > 0 and unknown()[1].lnum == 3 end)
say(unknown()[1].lnum .. ' ' .. unknown()[1].col - at)
vim.api.nvim_buf_set_text(0, 3, at + 3, 3, at + 3, { 't' })
vim.wait(30000, function() return #unknown() == 0 end)
say('left: ' .. #unknown())
vim.cmd('qa!')
"""


@pytest.mark.oracle("nvim")
def test_neovim_shows_what_is_found_mends_it_and_tells_of_it(tmp_path):
    (tmp_path / "supervisord.conf").write_text(CONF)
    (tmp_path / "nginx.conf").write_text(NGINX)
    (tmp_path / "script.lua").write_text(SCRIPT.replace("PROGRAM", repr(str(PROGRAM))))
    done = subprocess.run(
        ["nvim", "--headless", "-u", "NONE", "-c", "luafile script.lua"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.split("\n")[:-1] == [
        '2 deploylint Unknown option "stopwaittimeout" in [program:shop], which supervisor ignores',
        "help: did you mean stopwaitsecs?",
        "Rename it to stopwaitsecs",
        "stopwaitsecs=60",
        "left: 0",
        "**`stopwaitsecs`**",
        "2 0",
        "3 0",
        "left: 0",
    ]
