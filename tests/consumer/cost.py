#!/usr/bin/env python3
"""What pipexpr costs a host: processor seconds to compile a file that includes it, and bytes in a program that links it.

usage: cost.py [BUILD] [--size]      BUILD is a build folder of a static library, release unless the figures are to be others;
                                     with --size nothing is said of compiling

Of five compilations the fastest is told, as other programs on the machine only ever slow one down. The minimal host compiles one
template and evaluates it against a graph of its own; it is linked with the static library and -Wl,--gc-sections, and stripped.
Status 1 when a figure is beyond what docs/building.md promises.
"""

import os
import pathlib
import resource
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
INCLUDE = HERE.parent.parent / 'include'
MOST_BYTES = 700_000
COMPILER = os.environ.get('CXX', 'g++')
# Everything; what a host with objects of its own includes; and the parts of the standard library that those include.
HEADERS = ('pipexpr/pipexpr.h', 'pipexpr/expression.h', 'the standard headers of pipexpr.h')


def standard_headers():
    found = {line.strip() for path in (INCLUDE / 'pipexpr').glob('*.h') if path.name != 'c.h'
             for line in path.read_text().splitlines() if line.startswith('#include <') and '/' not in line and '.h' not in line}
    return '\n'.join(sorted(found)) + '\n'


def compile_seconds(text, folder):
    source = folder / 'header.cc'
    source.write_text(text)
    best = float('inf')
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([COMPILER, '-std=c++20', '-fsyntax-only', f'-I{INCLUDE}', source], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return best


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        if '--size' not in sys.argv:
            for header in HEADERS:
                text = f'#include <{header}>\n' if '/' in header else standard_headers()
                print(f'{compile_seconds(text, folder):6.2f} s  {header}')
        if len(sys.argv) < 2:
            return
        build = pathlib.Path(sys.argv[1]).resolve()
        settings = (build / 'CMakeCache.txt').read_text()
        libraries = [] if 'PIPEXPR_FMT_HEADER_ONLY:BOOL=ON' in settings else ['-lfmt']
        libraries += [] if 'PIPEXPR_EMBEDDED_ZONES:BOOL=ON' in settings else ['-ldate-tz']
        host = folder / 'host'
        subprocess.run([COMPILER, '-std=c++20', '-O2', f'-I{INCLUDE}', '-ffunction-sections',
                        '-fdata-sections', '-Wl,--gc-sections', '-s', HERE / 'minimal.cc', build / 'src/libpipexpr.a', *libraries,
                        '-lpthread', '-o', host], check=True)
        said = subprocess.run([host], capture_output=True, text=True, check=True).stdout
        if said != 's3://bucket/in/2024-05-23.csv\n':
            sys.exit(f'the minimal host says {said!r}')
        size = host.stat().st_size
        print(f'{size:8} bytes  a minimal host, stripped')
        if size > MOST_BYTES:
            sys.exit(f'expected at most {MOST_BYTES} bytes')


if __name__ == '__main__':
    main()
