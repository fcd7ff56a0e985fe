"""Reads the rows of tests/conformance, as its README.md describes them; tests/conformance/read.cc is the other reader."""

import copy
import dataclasses
import pathlib
import re

FOLDER = pathlib.Path(__file__).resolve().parents[1] / 'conformance'
EXPECTATION = re.compile(r'(?:^|(?<=[ \t]))(?:=[a-z]*>|!!)(?=[ \t]|$)')


@dataclasses.dataclass
class Setting:
    """The stage on which rows are evaluated."""
    definition: str = '{"objects": []}'
    object: str = ''
    start: str = ''
    end: str = ''
    attempt: int = 0
    run_fields: list = dataclasses.field(default_factory=list)  # [name, type, texts or id]
    fields: list = dataclasses.field(default_factory=list)
    values: dict = dataclasses.field(default_factory=dict)
    runtime: dict = dataclasses.field(default_factory=dict)
    limits: dict = dataclasses.field(default_factory=dict)
    delimiters: str = 'both'
    options: set = dataclasses.field(default_factory=set)
    functions: str = 'standard'


@dataclasses.dataclass
class Row:
    place: str
    form: str  # evaluate, load or register
    source: str
    object: str
    setting: Setting
    want: list


def decode(written):
    """Escapes as bytes; those that are no UTF-8 become surrogates, as in the package."""
    def part(text):
        out = b''
        at = 0
        for match in re.finditer(r'\\x([0-9a-fA-F]{2})|\\\{(\d+)\*([^}]*)\}', text):
            out += text[at:match.start()].encode('utf-8', 'surrogateescape')
            out += bytes([int(match[1], 16)]) if match[1] else part(match[3]) * int(match[2])
            at = match.end()
        return out + text[at:].encode('utf-8', 'surrogateescape')
    return part(written).decode('utf-8', 'surrogateescape')


def encode(text):
    raw = text.encode('utf-8', 'surrogateescape')
    out = []
    for i, byte in enumerate(raw):
        edge = byte == 0x20 and i in (0, len(raw) - 1)
        escaped = byte == 0x5c and raw[i + 1:i + 2] in (b'x', b'{')
        out.append(f'\\x{byte:02x}' if byte < 0x20 or byte >= 0x7f or edge or escaped else chr(byte))
    return ''.join(out)


def directive(setting, text):
    name, _, rest = text.partition(' ')
    rest = rest.strip(' \t')
    if name == 'use':
        setting.definition = (FOLDER / f'graphs/{rest}.json').read_text(encoding='utf-8', errors='surrogateescape')
        setup = FOLDER / f'graphs/{rest}.setup'
        for line in setup.read_text(encoding='utf-8').split('\n') if setup.exists() else []:
            if line.startswith('%'):
                directive(setting, line[1:])
    elif name == 'graph':
        setting.definition = decode(rest)
    elif name == 'object':
        setting.object = '' if rest == 'none' else rest
    elif name == 'at':
        words = rest.split()
        setting.start, setting.end = ('', '') if words[0] == 'none' else (words[0], words[-1])
    elif name in ('run', 'set'):
        field, kind, mark, value = re.fullmatch(r'(\S+)(?:[ \t]+:[ \t]+(\S+))?[ \t]+(=|->)[ \t]*(.*)', rest, re.DOTALL).groups()
        fields = setting.run_fields if name == 'run' else setting.fields
        if mark == '=' and fields and fields[-1][0] == field:
            fields[-1][2].append(decode(value))
        else:
            fields.append([field, kind or 'string', [decode(value)] if mark == '=' else value])
    elif name in ('value', 'runtime'):
        field, value = re.fullmatch(r'(\S+)[ \t]+=[ \t]*(.*)', rest, re.DOTALL).groups()
        if name == 'value':
            setting.values.setdefault(field, []).append(decode(value))
        else:
            setting.runtime[field] = decode(value)
    elif name == 'attempt':
        setting.attempt = int(rest)
    elif name == 'limit':
        limit, number = rest.split()
        setting.limits[limit] = int(number)
    elif name == 'delimiters':
        setting.delimiters = rest
    elif name == 'option':
        setting.options.add(rest)
    elif name == 'functions':
        setting.functions = rest
    elif name != 'covers':
        raise ValueError(f'unknown directive {text!r}')


def read(path):
    setting, base, rows = Setting(), None, []
    text = path.read_bytes().decode('utf-8', 'surrogateescape')
    for number, line in enumerate(text.split('\n'), 1):
        if not line.strip(' \t') or line == '#' or line.startswith('# '):
            continue
        if line.startswith(' '):
            rows[-1].want.append(line.strip(' \t'))
        elif line.startswith('== '):
            base = copy.deepcopy(setting) if base is None else base
            setting = copy.deepcopy(base)
        elif line.startswith('%'):
            setting = copy.deepcopy(setting)
            directive(setting, line[1:])
        else:
            found = EXPECTATION.search(line)
            source = (line[:found.start()] if found else line).strip(' \t')
            form, chosen = 'evaluate', ''
            match = re.match(r'(load|register) ', source)
            if match:
                form, source = match[1], source[match.end():]
            elif source.startswith('('):
                chosen, source = source[1:].split(') ', 1)
            row = Row(f'{path.name}:{number}', form, decode(source.strip(' \t')), chosen, setting, [])
            if found:
                row.want.append(line[found.start():].strip(' \t'))
            rows.append(row)
    return rows
