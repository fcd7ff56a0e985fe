#!/usr/bin/env python3
"""Builds the wheel, looks at what it holds and needs, installs it into an environment of its own without a network, and uses
it there.

usage: wheel.py BUILD_FOLDER
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Every Linux with a C++ program has these.
ALLOWED = re.compile(r'libstdc\+\+\.so\.6|libm\.so\.6|libgcc_s\.so\.1|libc\.so\.6|ld-linux.*')
USE = r'''
import pathlib, pipexpr, pipexpr.pandas, sys
assert sys.prefix in pipexpr.__file__, pipexpr.__file__
assert pipexpr.evaluate("#{format(inTimeZone(@scheduledStartTime,'America/New_York'),'YYYY-MM-dd HH')}", '2024-05-24') == '2024-05-23 20'
starts = ['2024-05-24', '2024-05-25']
assert pipexpr.Expression("#{format(@scheduledStartTime,'dd')}").evaluate_many(starts).to_list() == ['24', '25']
assert (pathlib.Path(pipexpr.__file__).parent / 'py.typed').is_file() and pipexpr.__version__
'''
TEST = '''
def test_it(pipeline):
    assert pipeline('it.json').render() == {'Default': {'myCount': '2'}}
'''


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: status {done.returncode}\n{done.stdout[-4000:]}")
    return done.stdout


def main(build):
    environment = {name: value for name, value in os.environ.items() if name not in ('PYTHONPATH', 'PYTHONDONTWRITEBYTECODE')}
    environment |= {'PIPEXPR_WHEEL_BUILD': str(build), 'PIP_DISABLE_PIP_VERSION_CHECK': '1'}
    with tempfile.TemporaryDirectory() as made:
        folder = pathlib.Path(made)
        copy = folder / 'package'  # as building leaves folders beside what it builds
        shutil.copytree(ROOT / 'src/python', copy, ignore=shutil.ignore_patterns('__pycache__', 'build', '*.egg-info'))
        run(sys.executable, '-m', 'pip', 'wheel', '--no-index', '--no-build-isolation', '--no-deps', '-w', folder, copy,
            env=environment | {'PIPEXPR_SOURCE': str(ROOT)})
        [wheel] = folder.glob('pipexpr-*.whl')
        with zipfile.ZipFile(wheel) as archive:
            names = archive.namelist()
            [module] = [name for name in names if name.endswith('.so')]
            archive.extract(module, folder)
        want = {f'pipexpr/{path.name}' for path in (ROOT / 'src/python/pipexpr').iterdir() if path.is_file()}
        if missing := want - set(names):
            sys.exit(f'{wheel.name} lacks {sorted(missing)}')
        needed = re.findall(r'\(NEEDED\).*\[(.*)\]', run('readelf', '-d', folder / module))
        if others := [name for name in needed if not ALLOWED.fullmatch(name)]:
            sys.exit(f'{module} needs {others}')
        if run('readelf', '-d', folder / module).count('RUNPATH'):
            sys.exit(f'{module} names a folder of this machine')

        run(sys.executable, '-m', 'venv', '--system-site-packages', folder / 'environment')  # numpy is the system's
        python = folder / 'environment/bin/python'
        run(python, '-m', 'pip', 'install', '--no-index', '--no-deps', wheel, env=environment)
        work = folder / 'work'
        work.mkdir()
        environment |= {'TZDIR': ''}
        run(python, '-c', USE, cwd=work, env=environment)
        (work / 'it.json').write_text('{"objects": [{"id": "Default", "myCount": "#{1 + 1}"}]}')
        (work / 'test_it.py').write_text(TEST)
        shown = run(python, '-m', 'pytest', '-q', '--pipexpr-check', cwd=work, env=environment)
        if '2 passed' not in shown:
            sys.exit(shown)
        print(f'{wheel.name}: {wheel.stat().st_size:,} bytes, needs {" ".join(needed)}; installed and used')


if __name__ == '__main__':
    main(pathlib.Path(sys.argv[1]).resolve())
