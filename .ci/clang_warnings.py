#!/usr/bin/env python3
"""Compiles every source of a configured clang build as far as its warnings, which are errors, and writes nothing.

usage: clang_warnings.py BUILD_DIR [BUILT_DIR]

What BUILT_DIR, another build by clang with the same warnings, compiles anyway is left out, and so is what the build makes.
"""

import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess
import sys


def commands(build):
    """{source: its command}, where one is enough of a source that is in several programs."""
    listed = json.loads((pathlib.Path(build) / 'compile_commands.json').read_text())
    sources = {os.path.normpath(os.path.join(one['directory'], one['file'])): one for one in listed}
    made = str(pathlib.Path(build).resolve()) + os.sep
    return {source: one for source, one in sources.items() if not source.startswith(made)}


def warnings_of(command):
    words = [word for word in shlex.split(command['command']) if pathlib.Path(word).name != 'ccache']
    output = words.index('-o')
    words[output:output + 2] = ['-fsyntax-only', '-Werror']
    done = subprocess.run(words, cwd=command['directory'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.stdout if done.returncode != 0 else ''


def main():
    chosen = commands(sys.argv[1])
    if len(sys.argv) > 2:
        elsewhere = commands(sys.argv[2])
        chosen = {source: command for source, command in chosen.items() if source not in elsewhere}
    if not chosen:
        sys.exit('there is no source to compile')
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for number, problem in enumerate(pool.map(warnings_of, chosen.values()), 1):
            if problem:
                failed += 1
                print(problem, flush=True)
            if number % 50 == 0:
                print(f'  ..  {number} of {len(chosen)} sources', flush=True)
    print(f'{len(chosen) - failed} sources without a warning, {failed} with')
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
