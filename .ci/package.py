"""./dev package: Debian packages, and a tarball with a static command, in build/package. Both are made from what git knows."""

import gzip
import io
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile

import phases

OUT = pathlib.Path('build/package')


def version():
    return re.search(r'PIPEXPR_VERSION_STRING "(.+)"', pathlib.Path('include/pipexpr/version.h').read_text())[1]


def git(*arguments):
    done = subprocess.run(['git', *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise phases.Failed(f'packages are made of what git knows: {done.stderr.strip()}')
    return done.stdout.strip()


def environment():
    """The time of the last commit stands for the time of the build, so that the same sources give the same bytes."""
    return {'SOURCE_DATE_EPOCH': git('log', '-1', '--format=%ct'), 'PIPEXPR_COMMIT': git('rev-parse', '--short=10', 'HEAD')}


def export(folder):
    """What git knows of the project, with src/package/debian where dpkg wants it."""
    shutil.rmtree(folder, ignore_errors=True)
    names = git('ls-files', '--cached', '--others', '--exclude-standard', '-z').split('\0')
    for name in filter(None, names):
        if pathlib.Path(name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(name, folder / name)
    shutil.copytree(folder / 'src/package/debian', folder / 'debian')


def debian(jobs):
    """Builds the packages and asks lintian."""
    folder = OUT / f'pipexpr-{version()}'
    export(folder)
    for old in OUT.glob('*.deb'):
        old.unlink()
    options = f"{os.environ.get('DEB_BUILD_OPTIONS', '')} parallel={jobs} noautodbgsym"
    phases.must('Debian packages', ['env', '-C', str(folder), 'dpkg-buildpackage', '-us', '-uc', '-b'],
                {**environment(), 'DEB_BUILD_OPTIONS': options})
    packages = sorted(str(path) for path in OUT.glob('*.deb'))
    user = ['--allow-root'] if os.geteuid() == 0 else []
    phases.must('lintian', ['lintian', *user, '--pedantic', '--fail-on', 'error,warning', '--tag-display-limit', '0',
                            *packages])
    # What is in the programs, beside the packages; debhelper's folders are what the packages hold.
    for pattern in ('libpipexpr0.1/usr/lib/*/libpipexpr.so.*.*.*', 'pipexpr/usr/bin/pipexpr'):
        program = next((folder / 'debian').glob(pattern))
        bill = OUT / f'{program.name}.cdx.json'
        bill.write_bytes(bill_of_materials(program))
        packages.append(str(bill))
    return packages


def bill_of_materials(program, *options):
    return subprocess.run([sys.executable, 'src/package/sbom.py', program, version(), *options], capture_output=True,
                          env={**os.environ, **environment()}, check=True).stdout


def archive(path, members, seconds):
    """A .tar.gz of (name, content, mode), the same for the same members."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode='w', format=tarfile.USTAR_FORMAT) as tar:
        for name, content, mode in sorted(members):
            member = tarfile.TarInfo(name)
            member.size, member.mode, member.mtime = len(content), mode, seconds
            tar.addfile(member, io.BytesIO(content))
    path.write_bytes(gzip.compress(buffer.getvalue(), 9, mtime=0))


def static(jobs):
    """The static command with its manual pages, completion, license and bill of materials."""
    build = OUT / 'static'
    settings = environment()
    phases.must('configure static', [
        'cmake', '--preset', 'static', '-B', str(build), '-DPIPEXPR_BUILD_TESTS=OFF',
        f"-DPIPEXPR_COMMIT={settings['PIPEXPR_COMMIT']}", f'-DCMAKE_CXX_FLAGS=-ffile-prefix-map={pathlib.Path.cwd()}=.'])
    phases.must('build static', ['cmake', '--build', str(build), '--target', 'pipexpr_cli', 'pipexpr_pages', '--parallel',
                                 str(jobs)])
    name = f'pipexpr-{version()}-{os.uname().machine}-linux'
    program = build / 'stripped'
    subprocess.run(['strip', '-o', program, build / 'pipexpr'], check=True)
    members = [(f'{name}/bin/pipexpr', program.read_bytes(), 0o755), (f'{name}/LICENSE', pathlib.Path('LICENSE').read_bytes(), 0o644)]
    for folder, place in ((build / 'pages/completion', 'share'), (build / 'pages/man1', 'share/man/man1')):
        members += [(f'{name}/{place}/{page.relative_to(folder)}', page.read_bytes(), 0o644)
                    for page in folder.rglob('*') if page.is_file()]
    members.append((f'{name}/pipexpr.cdx.json', bill_of_materials(program, '--embedded-zones'), 0o644))
    path = OUT / f'{name}.tar.gz'
    archive(path, members, int(settings['SOURCE_DATE_EPOCH']))
    return str(path)


def run(kinds, jobs):
    OUT.mkdir(parents=True, exist_ok=True)
    made = []
    if 'tarball' in kinds:
        made.append(static(jobs))
    if 'deb' in kinds:
        made += debian(jobs)
    for path in made:
        print(f'      {os.path.getsize(path):>10} bytes  {path}')
