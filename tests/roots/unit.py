#!/usr/bin/env python3
"""What systemd says of the unit of pipexpr serve: nothing to complain about, and little that it could do to the machine.

usage: unit.py UNIT      the command that it starts must be where the unit says
"""

import pathlib
import re
import subprocess
import sys

MOST_EXPOSURE = 1.5  # of 10; a service without any of it has 9.6


def main():
    unit = pathlib.Path(sys.argv[1])
    verify = subprocess.run(['systemd-analyze', 'verify', '--recursive-errors=no', unit], capture_output=True, text=True,
                            check=False)
    complaints = [line for line in verify.stderr.splitlines() if unit.name in line]
    if complaints:
        sys.exit('\n'.join(complaints))
    security = subprocess.run(['systemd-analyze', 'security', '--offline=true', '--no-pager', unit], capture_output=True,
                              text=True, check=False)
    found = re.search(r'Overall exposure level for .*: ([\d.]+)', security.stdout)
    if not found or float(found[1]) > MOST_EXPOSURE:
        sys.exit(f'{security.stdout}{security.stderr}\nexpected an exposure of at most {MOST_EXPOSURE}')
    print(f'exposure {found[1]}, nothing to complain about')


if __name__ == '__main__':
    main()
