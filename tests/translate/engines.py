"""The engines of the targets: a command that runs a check program from standard input, or a reason why there is none."""

import pathlib
import shutil
import subprocess

JSONATA = 'jsonata@2.0.6'  # the version that Step Functions names


def python_with(modules):
    """A Python that has the modules: the one on the path, or Debian's."""
    for name in ('python3', '/usr/bin/python3'):
        path = shutil.which(name)
        if path and subprocess.run([path, '-c', ''.join(f'import {module}\n' for module in modules)],
                                   stdin=subprocess.DEVNULL, capture_output=True).returncode == 0:
            return path
    return None


def engine(target, node_modules):
    """(command, folder to run it in, None), or (None, None, reason)."""
    if target == 'python':
        return [python_with([]), '-'], None, None
    if target == 'airflow-jinja':
        path = python_with(['jinja2', 'pendulum'])
        return ([path, '-'], None, None) if path else (None, None, 'no python3 has jinja2 and pendulum')
    node, npm = shutil.which('node'), shutil.which('npm')
    if not node:
        return None, None, 'node is not on the path'
    folder = pathlib.Path(node_modules)
    if not (folder / 'node_modules/jsonata/package.json').exists():
        if not npm:
            return None, None, 'npm is not on the path'
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run([npm, 'install', '--no-audit', '--no-fund', '--loglevel=error', '--prefix', str(folder), JSONATA],
                              capture_output=True, text=True)
        if done.returncode != 0:
            return None, None, f'npm could not install {JSONATA}: {done.stderr.strip()}'
    return [node, '--input-type=module', '-'], str(folder), None
