#!/usr/bin/env python3
"""The options of the build, its presets and the documentation name the same things; warnings are errors for us alone.

usage: options_test.py [--self-test]
"""

import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
OPTION = re.compile(r'^\s*(?:option\((PIPEXPR_\w+)|set\((PIPEXPR_\w+) [^)]*?\bCACHE\b|find_(?:path|library)\((PIPEXPR_\w+))', re.MULTILINE)

FOR_PEOPLE = ('release', 'quick', 'static')  # presets that people build with compilers that we have not seen


def problems(cmake, presets, building, contributing):
    """What does not agree: texts of the CMake files, CMakePresets.json, docs/building.md and CONTRIBUTING.md."""
    options = {name for found in OPTION.finditer(cmake) for name in found.groups() if name}
    documented = set(re.findall(r'`(PIPEXPR_\w+)`', building)) - {'PIPEXPR_STATIC_DEFINE'}  # a macro, not an option
    for name in sorted(options - documented):
        yield f'{name} is not in docs/building.md'
    for name in sorted(documented - options):
        yield f'docs/building.md has {name}, which no CMake file reads'
    visible = [preset for preset in presets['configurePresets'] if not preset.get('hidden')]
    for preset in presets['configurePresets']:
        for name in preset.get('cacheVariables', {}):
            if name.startswith('PIPEXPR_') and name not in options:
                yield f"the preset {preset['name']} sets {name}, which is no option"
    for preset in visible:
        if f"\n| `{preset['name']}` |" not in contributing:
            yield f"the preset {preset['name']} is not in CONTRIBUTING.md"
        if not any(build['configurePreset'] == preset['name'] for build in presets['buildPresets']):
            yield f"the preset {preset['name']} cannot be built"


def inherited(presets, name):
    """The variables of a preset, with those that it inherits."""
    preset = next(preset for preset in presets['configurePresets'] if preset['name'] == name)
    above = inherited(presets, preset['inherits']) if 'inherits' in preset else {}
    return {**above, **preset.get('cacheVariables', {})}


def about_warnings(cmake, presets):
    """A user's build must not fail at what an unknown compiler warns of: only presets for development may ask for that."""
    if not re.search(r'^option\(PIPEXPR_WARNINGS_AS_ERRORS "[^"]*" OFF\)$', cmake, re.MULTILINE):
        yield 'PIPEXPR_WARNINGS_AS_ERRORS must be an option that is OFF'
    if len(re.findall(r'-Werror|CMAKE_COMPILE_WARNING_AS_ERROR|COMPILE_WARNING_AS_ERROR', cmake)) != 1:
        yield 'only PIPEXPR_WARNINGS_AS_ERRORS may add -Werror'
    for name in (preset['name'] for preset in presets['configurePresets'] if not preset.get('hidden')):
        variables = inherited(presets, name)
        if (variables.get('PIPEXPR_WARNINGS_AS_ERRORS') == 'ON') == (name in FOR_PEOPLE):
            yield f"the preset {name} {'must not make' if name in FOR_PEOPLE else 'must make'} warnings errors"
        if 'CMAKE_COMPILE_WARNING_AS_ERROR' in variables:
            yield f'the preset {name} has CMAKE_COMPILE_WARNING_AS_ERROR beside PIPEXPR_WARNINGS_AS_ERRORS'


def self_test():
    presets = {'configurePresets': [{'name': 'a', 'cacheVariables': {'PIPEXPR_X': 'ON', 'PIPEXPR_Z': '1'}}], 'buildPresets': []}
    found = list(problems('option(PIPEXPR_X "x" ON)\nset(PIPEXPR_Y "" CACHE STRING "y")\n', presets, '`PIPEXPR_Y` `PIPEXPR_W`', ''))
    expected = ['PIPEXPR_X is not in docs/building.md', 'docs/building.md has PIPEXPR_W, which no CMake file reads',
                'the preset a sets PIPEXPR_Z, which is no option', 'the preset a is not in CONTRIBUTING.md',
                'the preset a cannot be built']
    if found != expected:
        sys.exit(f'expected {expected}, found {found}')
    presets = {'configurePresets': [{'name': 'strict', 'hidden': True, 'cacheVariables': {'PIPEXPR_WARNINGS_AS_ERRORS': 'ON'}},
                                    {'name': 'release', 'inherits': 'strict'}, {'name': 'dev'},
                                    {'name': 'clang', 'inherits': 'strict'}]}
    found = list(about_warnings('option(PIPEXPR_WARNINGS_AS_ERRORS "x" ${tests})\n-Werror -Werror', presets))
    expected = ['PIPEXPR_WARNINGS_AS_ERRORS must be an option that is OFF', 'only PIPEXPR_WARNINGS_AS_ERRORS may add -Werror',
                'the preset release must not make warnings errors', 'the preset dev must make warnings errors']
    if found != expected:
        sys.exit(f'expected {expected}, found {found}')


def main():
    if sys.argv[1:] == ['--self-test']:
        return self_test()
    cmake = '\n'.join(path.read_text() for folder in ('.', 'src', 'src/adapter', 'src/cli', 'src/forms', 'src/python', 'src/service')
                      for path in [ROOT / folder / 'CMakeLists.txt'])
    presets = json.loads((ROOT / 'CMakePresets.json').read_text())
    found = [*problems(cmake, presets, (ROOT / 'docs/building.md').read_text(), (ROOT / 'CONTRIBUTING.md').read_text()),
             *about_warnings(cmake, presets)]
    print(*found, f'{len(found)} problems', sep='\n')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
