"""A wheel: CMake builds the module, with the time zones inside and fmt's headers alone, so that it needs no library but the
C++ compiler's own. PIPEXPR_WHEEL_BUILD names the build folder, which makes the next wheel take seconds, and PIPEXPR_SOURCE
the repository when this file is a copy elsewhere; CMAKE_ARGS has further options for CMake."""

import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

ROOT = pathlib.Path(os.environ.get('PIPEXPR_SOURCE') or pathlib.Path(__file__).resolve().parents[2])
OPTIONS = {'CMAKE_BUILD_TYPE': 'Release', 'CMAKE_MODULE_LINKER_FLAGS': '-s -Wl,--gc-sections', 'PIPEXPR_BUILD_PYTHON': 'ON',
           'PIPEXPR_EMBEDDED_ZONES': 'ON', 'PIPEXPR_FMT_HEADER_ONLY': 'ON', 'PIPEXPR_BUILD_CLI': 'OFF', 'PIPEXPR_BUILD_TESTS': 'OFF',
           'PIPEXPR_INSTALL': 'OFF', 'PIPEXPR_PYTHON': sys.executable}


def version():
    text = (ROOT / 'include/pipexpr/version.h').read_text(encoding='utf-8')
    return '.'.join(re.findall(r'define PIPEXPR_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)', text))


class CMakeBuild(build_ext):
    def build_extension(self, extension):
        build = pathlib.Path(os.environ.get('PIPEXPR_WHEEL_BUILD') or self.build_temp).resolve()
        configure = ['cmake', '-S', str(ROOT), '-B', str(build), *(f'-D{name}={value}' for name, value in OPTIONS.items()),
                     *shlex.split(os.environ.get('CMAKE_ARGS', ''))]
        if shutil.which('ninja') and not (build / 'CMakeCache.txt').exists():
            configure += ['-G', 'Ninja']
        subprocess.run(configure, check=True)
        jobs = os.environ.get('PIPEXPR_JOBS') or str(os.cpu_count() or 1)
        subprocess.run(['cmake', '--build', str(build), '--target', 'pipexpr_python', '--parallel', jobs], check=True)
        target = pathlib.Path(self.get_ext_fullpath(extension.name))
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(build / 'src/python/pipexpr' / target.name, target)


setup(version=version(), ext_modules=[Extension('pipexpr._pipexpr', sources=[])], cmdclass={'build_ext': CMakeBuild})
