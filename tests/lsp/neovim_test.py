#!/usr/bin/env python3
"""neovim, without a screen, as a client of `pipexpr lsp`: its diagnostics, a hover and a completion of a definition.

usage: neovim_test.py PROGRAM
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

FAULTY = pathlib.Path(__file__).resolve().parent.parent.parent / 'docs/examples/faulty.json'

SCRIPT = """
local out = io.open(os.getenv('PIPEXPR_OUT'), 'w')
local client = vim.lsp.start_client({name = 'pipexpr', cmd = {os.getenv('PIPEXPR'), 'lsp'}})
vim.lsp.buf_attach_client(0, client)
vim.wait(10000, function() return #vim.diagnostic.get(0) > 0 end, 10)
for _, one in ipairs(vim.diagnostic.get(0)) do
  out:write(string.format('%d:%d %s\\n', one.lnum + 1, one.col + 1, one.user_data.lsp.code))
end
local function ask(method, line, column)
  local params = {textDocument = {uri = vim.uri_from_bufnr(0)}, position = {line = line, character = column}}
  local answers = vim.lsp.buf_request_sync(0, method, params, 10000)
  return answers[client].result
end
local line, column
for number, text in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
  local at = text:find('@scheduledStartTime', 1, true)
  if at and not line then line, column = number - 1, at end
end
out:write(ask('textDocument/hover', line, column).contents.kind .. '\\n')
out:write(tostring(#ask('textDocument/completion', line, column).items > 10) .. '\\n')
out:close()
vim.cmd('qa!')
"""


def main():
    if shutil.which('nvim') is None:
        print('SKIPPED: neovim is not installed (Debian package neovim): it is not tried as a client')
        sys.exit(77)
    program = str(pathlib.Path(sys.argv[1]).resolve())
    wanted = subprocess.run([program, 'check', str(FAULTY), '--format', 'text'], capture_output=True, text=True).stdout
    places = sorted(':'.join(line.split(':')[1:3]) + ' ' + line.split('[')[1].split(' ')[0]
                    for line in wanted.splitlines() if line.startswith(str(FAULTY)) or '.json:' in line.split(' ')[0])
    with tempfile.TemporaryDirectory() as folder:
        script, out = pathlib.Path(folder) / 'init.lua', pathlib.Path(folder) / 'out'
        script.write_text(SCRIPT)
        subprocess.run(['nvim', '--headless', '-u', 'NONE', '-S', str(script), str(FAULTY)], timeout=60, check=True,
                       capture_output=True, env={'PATH': '/usr/bin:/bin', 'HOME': folder, 'PIPEXPR': program, 'PIPEXPR_OUT': str(out)})
        lines = out.read_text().splitlines()
    if not places or sorted(lines[:-2]) != places or lines[-2:] != ['markdown', 'true']:
        print(f'wanted {places} and an answer to both requests\nfound  {lines}')
        sys.exit(1)
    print(f'{len(places)} diagnostics where `pipexpr check` has its findings')


if __name__ == '__main__':
    main()
