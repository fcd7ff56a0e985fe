#!/usr/bin/env python3
"""The stored inputs of the fuzz targets: one archive a target in fuzz/corpus, which the build unpacks.

usage: corpus.py pack TARGET DIR...  makes fuzz/corpus/TARGET.tar.gz of the files in the folders, and of what it held
       corpus.py --check             says whether each archive is as pack would write it

The same files give the same archive: names are digests of what is in the file, sorted, without times and owners.
"""

import gzip
import hashlib
import io
import pathlib
import sys
import tarfile

CORPUS = pathlib.Path(__file__).resolve().parent / 'corpus'


def read(archive):
    with tarfile.open(archive, 'r:gz') as tar:
        return [tar.extractfile(member).read() for member in tar if member.isfile()]


def archive_of(inputs):
    """The bytes of the archive before compression, which may differ from one zlib to another."""
    by_name = {hashlib.sha1(content).hexdigest(): content for content in inputs}
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode='w', format=tarfile.USTAR_FORMAT) as tar:
        for name, content in sorted(by_name.items()):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o644
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def pack(target, folders):
    archive = CORPUS / f'{target}.tar.gz'
    inputs = read(archive) if archive.is_file() else []
    for folder in folders:
        inputs += [path.read_bytes() for path in sorted(pathlib.Path(folder).rglob('*')) if path.is_file()]
    CORPUS.mkdir(exist_ok=True)
    archive.write_bytes(gzip.compress(archive_of(inputs), 9, mtime=0))
    print(f'{archive.name}: {len(set(inputs))} inputs, {archive.stat().st_size} bytes')


def check():
    archives = sorted(CORPUS.glob('*.tar.gz'))
    wrong = [archive.name for archive in archives if gzip.decompress(archive.read_bytes()) != archive_of(read(archive))]
    wrong += [path.name for path in CORPUS.iterdir() if path not in archives]
    for name in wrong:
        print(f'fuzz/corpus/{name} is not as corpus.py pack would write it')
    sys.exit(1 if wrong or not archives else 0)


def main():
    if sys.argv[1:] == ['--check']:
        check()
    elif len(sys.argv) >= 4 and sys.argv[1] == 'pack':
        pack(sys.argv[2], sys.argv[3:])
    else:
        sys.exit(__doc__)


main()
