#!/usr/bin/env python3
"""Writes the bill of materials of a built file, in CycloneDX 1.5: what is in it, by name and version.

usage: sbom.py FILE VERSION [--embedded-zones] > FILE.cdx.json

Shared libraries are those that the file names, header-only ones those that the engine includes, and a static program has the
compiler's; all are looked up in dpkg's database. The same file gives the same bytes; SOURCE_DATE_EPOCH is the time in it, the epoch unless it is set.
"""

import datetime
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import uuid

# Libraries that leave no name in a binary, by the header that says where they are.
HEADERS = {'boost': '/usr/include/boost/version.hpp', 'rapidjson': '/usr/include/rapidjson/rapidjson.h',
           'cli11': '/usr/include/CLI/CLI.hpp', 'fmt': '/usr/include/fmt/format.h'}


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def package_of(path):
    """Name and version of the Debian package that a file belongs to; None when it belongs to none."""
    found = output('dpkg', '-S', str(path)) or output('dpkg', '-S', str(path).removeprefix('/usr'))
    names = re.findall(r'^([^:\s,]+)(?::\w+)?(?:,.*)?: ', found, re.MULTILINE)
    if not names:
        return None
    version, source = output('dpkg-query', '-W', '-f=${Version} ${source:Package}\n', names[0]).splitlines()[0].split()
    return names[0], version, source


def component(package, how):
    name, version, source = package
    return {'type': 'library', 'bom-ref': f'pkg:deb/debian/{name}@{version}', 'name': name, 'version': version,
            'purl': f'pkg:deb/debian/{name}@{version}',
            'properties': [{'name': 'pipexpr:source-package', 'value': source}, {'name': 'pipexpr:linkage', 'value': how}]}


def main():
    words = [word for word in sys.argv[1:] if word != '--embedded-zones']
    if len(words) != 2:
        sys.exit(__doc__)
    path, version = pathlib.Path(words[0]), words[1]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    components = {}
    for library in re.findall(r'=> (/\S+) \(0x', output('ldd', str(path))):
        package = package_of(pathlib.Path(library).resolve())
        if package:
            components[package[0]] = component(package, 'shared')
    if not components:  # a static program has its libraries inside, those of the compiler that linked it
        for library in ('libstdc++.a', 'libgcc.a', 'libc.a', 'libyaml.a'):
            package = package_of(os.path.realpath(output('c++', f'-print-file-name={library}').strip()))
            if package:
                components[package[0]] = component(package, 'static')
    for header in HEADERS.values():
        package = package_of(pathlib.Path(header).resolve()) if pathlib.Path(header).exists() else None
        if package:
            components.setdefault(package[0], component(package, 'headers'))
    if '--embedded-zones' in sys.argv:
        package = package_of('/usr/share/zoneinfo/UTC') or package_of('/usr/share/zoneinfo/Etc/UTC')
        if not package:
            sys.exit('sbom: the package of the time zones is not known')
        components[package[0]] = component(package, 'data inside the file')
    when = datetime.datetime.fromtimestamp(int(os.environ.get('SOURCE_DATE_EPOCH', '0')), datetime.timezone.utc)
    subject = f'pkg:generic/pipexpr@{version}'
    print(json.dumps({
        'bomFormat': 'CycloneDX', 'specVersion': '1.5', 'version': 1,
        'serialNumber': f'urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, digest)}',
        'metadata': {'timestamp': when.strftime('%Y-%m-%dT%H:%M:%SZ'),
                     'component': {'type': 'application', 'bom-ref': subject, 'name': 'pipexpr', 'version': version,
                                   'purl': subject, 'licenses': [{'license': {'id': 'Apache-2.0'}}],
                                   'hashes': [{'alg': 'SHA-256', 'content': digest}]}},
        'components': [components[name] for name in sorted(components)],
        'dependencies': [{'ref': subject, 'dependsOn': [components[name]['bom-ref'] for name in sorted(components)]}],
    }, indent=1))


main()
