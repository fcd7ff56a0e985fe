#!/usr/bin/env python3
"""VS Code's own protocol library as a client of `pipexpr lsp`; npm gets it into a folder.

usage: vscode_test.py PROGRAM FOLDER
"""

import os
import pathlib
import shutil
import subprocess
import sys

LIBRARY = 'vscode-languageserver-protocol@3.18.5'
HERE = pathlib.Path(__file__).resolve().parent


def skip(why):
    print(f'SKIPPED: {why}: VS Code\'s protocol library is not tried as a client')
    sys.exit(77)


def main():
    program, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    for tool in ('node', 'npm'):
        if shutil.which(tool) is None:
            skip(f'{tool} is not installed')
    if not (folder / 'node_modules/vscode-languageserver-protocol').is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(['npm', 'install', '--prefix', str(folder), LIBRARY], capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            skip(f'npm cannot install {LIBRARY}')
    orders = HERE.parent.parent / 'docs/examples/orders.json'
    environment = {**os.environ, 'NODE_PATH': str(folder / 'node_modules')}
    sys.exit(subprocess.run(['node', str(HERE / 'vscode_client.cjs'), str(program), str(orders)], env=environment, timeout=120).returncode)


if __name__ == '__main__':
    main()
