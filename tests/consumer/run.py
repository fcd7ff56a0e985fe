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
import tarfile

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


def check_versions(prefix, work):
    """Before 1.0 another minor version is another interface, which find_package must refuse."""
    said = run('cmake', '-S', HERE / 'versions', '-B', work / 'versions', '-G', 'Ninja', f'-DCMAKE_PREFIX_PATH={prefix}')
    expected = {'0.1': '1', '0.1.0': '1', '0.0': '0', '0.2': '0', '1.0': '0', 'with a component': '0'}
    found = dict(re.findall(r'pipexpr (.*): (\d)$', said, re.MULTILINE))
    if found != expected:
        sys.exit(f'find_package: expected {expected}, found {found}')
    print('versions: as they should be')


def check_exports(prefix):
    """A shared library lets out what is ours and nothing that its templates made of other people's."""
    for library in prefix.rglob('libpipexpr.so'):
        symbols = run('nm', '-D', '-C', '--defined-only', library).splitlines()
        ours = re.compile(r'^[0-9a-f]+ \w (PIPEXPR_\d|pipexpr_|((typeinfo|typeinfo name|vtable) for )?pipexpr::)')
        others = [symbol for symbol in symbols if not ours.match(symbol)]
        if others or len(symbols) < 50:
            sys.exit(f'{library} exports what is not ours, or nothing:\n' + '\n'.join(others))
        print(f'exports: {len(symbols)} symbols, all ours')


def check_components(build, work):
    """Who runs the command needs its pages and completion but no headers, and who compiles against the library no command."""
    of_command = ['bin/pipexpr', 'share/man/man1/pipexpr.1', 'share/man/man1/pipexpr-check.1',
                  'share/bash-completion/completions/pipexpr', 'share/zsh/vendor-completions/_pipexpr',
                  'share/fish/vendor_completions.d/pipexpr.fish']
    for component, wanted, unwanted in (('Runtime', of_command, ['include']), ('Development', ['include'], ['bin', 'share/man'])):
        prefix = work / component
        run('cmake', '--install', build, '--prefix', prefix, '--component', component)
        if not (build / 'pipexpr').exists():
            wanted = [name for name in wanted if name not in of_command]
        if any(not (prefix / name).exists() for name in wanted) or any((prefix / name).exists() for name in unwanted):
            sys.exit(f'component {component}: has {sorted(path.name for path in prefix.iterdir())}')
    print('components: Runtime and Development')


def check_archive(build, work):
    """What CPack makes of the same files."""
    run('cpack', '-G', 'TGZ', '--config', build / 'CPackConfig.cmake', '-B', work / 'archive')
    archive = next((work / 'archive').glob('*.tar.gz'))
    with tarfile.open(archive) as tar:
        names = tar.getnames()
    if not any(name.endswith('include/pipexpr/pipexpr.h') for name in names):
        sys.exit(f'{archive} holds {names}')
    print(f'archive: {len(names)} files')


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

    check_components(build, work)
    check_archive(build, work)
    check_exports(prefix)
    check_versions(prefix, work)
    # A library of another project that is installed with ours, by FetchContent: configured only, as that is where it fails.
    run('cmake', '-S', HERE / 'fetch_content', '-B', work / 'fetch_content', '-G', 'Ninja')
    print('fetch_content: configured')
    build_cmake_project('find_package', work, f'-DCMAKE_PREFIX_PATH={prefix}')
    pkgconfig = next(prefix.rglob('pipexpr.pc')).parent
    out = work / 'pkg_config-consumer'
    run(HERE / 'pkg_config' / 'build', out, env={'PKG_CONFIG_PATH': str(pkgconfig)})
    print(f'pkg_config: built, {run_consumer(out)}')
    if '--with-subdirectory' in sys.argv:
        build_cmake_project('add_subdirectory', work)


if __name__ == '__main__':
    main()
