#!/usr/bin/env python3
"""Builds and runs the consumer projects against an installed tree, and looks at what was installed.

usage: run.py BUILD_DIR [--with-subdirectory]

BUILD_DIR is a finished build of pipexpr; it is installed into BUILD_DIR/consumer/prefix. With --with-subdirectory the
add_subdirectory project is built too, which compiles the whole library once more.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
PUBLIC_OTHERS = re.compile(rb'#\s*include\s*[<"](boost|fmt|date|rapidjson)/')


def run(*command, env=None, cwd=None):
    done = subprocess.run([str(c) for c in command], env={**os.environ, **(env or {})}, cwd=cwd,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace')
    if done.returncode != 0:
        sys.exit(f"failed ({done.returncode}): {' '.join(map(str, command))}\n{done.stdout}")
    return done.stdout


def build_cmake_project(name, work, *options):
    out = work / name
    run('cmake', '-S', HERE / name, '-B', out, '-G', 'Ninja', '-DCMAKE_BUILD_TYPE=Release', *options)
    run('cmake', '--build', out)
    print(f"{name}: built, {run_consumer(out / 'consumer')}")


def run_consumer(program):
    return run(program).strip() or 'ran'


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    work = build / 'consumer'
    shutil.rmtree(work, ignore_errors=True)
    prefix = work / 'prefix'
    run('cmake', '--install', build, '--prefix', prefix)

    for header in (prefix / 'include').rglob('*'):
        if header.is_file() and PUBLIC_OTHERS.search(header.read_bytes()):
            sys.exit(f'{header}: an installed header includes a private dependency')
    config = next(prefix.rglob('pipexprConfig.cmake'))
    for package_file in config.parent.iterdir():
        for word in ('oost', 'apid', str(build), str(HERE.parent.parent)):
            if word in package_file.read_text():
                sys.exit(f"{package_file}: '{word}' must not be in an installed package file")

    build_cmake_project('find_package', work, f'-DCMAKE_PREFIX_PATH={prefix}')
    pkgconfig = next(prefix.rglob('pipexpr.pc')).parent
    out = work / 'pkg_config-consumer'
    run(HERE / 'pkg_config' / 'build', out, env={'PKG_CONFIG_PATH': str(pkgconfig)})
    print(f'pkg_config: built, {run_consumer(out)}')
    if '--with-subdirectory' in sys.argv:
        build_cmake_project('add_subdirectory', work)


if __name__ == '__main__':
    main()
