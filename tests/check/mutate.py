#!/usr/bin/env python3
"""Breaks real definitions in ways that owners do, and counts how many of the breaks 'pipexpr check' sees.

usage: mutate.py PIPEXPR [--show N]

Every definition of the corpus is changed in one place at a time; a mutant is detected when it has a finding that the
unchanged file has not, by one of the rules that are for such a change, and at the place where it shows: the changed
field, or the fields that read what is gone. Only changes that are wrong are made: a deleted field is one that its type
requires or that an expression reads, a misspelt name is one that the file itself defines. At least 2,000 mutants, of
which 95 % must be detected. Then --fix repairs all of them: nothing may be left that it could repair, and what it has
repaired once it leaves alone. The corpus is no part of the project: it is ../shared beside the repository, or
$PIPEXPR_SHARED.
"""

import argparse
import collections
import copy
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = 77
MOST_OF_A_KIND = 220
VERBATIM = {'id', 'name', 'type', '@sphere'}
EXPRESSION = re.compile(r'#\{[^}]*\}')
FUNCTION = re.compile(r'\b([a-z][A-Za-z]+)\(')
PATTERN = re.compile(r"(format\([^}]*?)(['\"])([^'\"]*)\2")
NAME = re.compile(r"(?<![\w@*.'\"-])(\*?[A-Za-z_]\w*)(?![\w('\"])")
FORMAT_CALL = re.compile(r'format\(')


# The rules that are for a change. C501 and C607 are among them where something loses its only use.
RULES = {
    '#{ becomes ${': 'C406',
    'HH becomes hh': 'C901',
    'MM becomes mm': 'C902',
    'a T without quotes': 'C906',
    'a value of itself': 'C308',
    'a value of the wrong type': 'C505',
    'a value that is not allowed': 'C506',
    "another tool's expression": 'C104',
    'dd becomes DD': 'C904',
    'days become weeks': 'C905',
    'define an id twice': 'C601',
    'delete a field that is read': 'C301 C302 C502',
    'delete a parameter': 'C502 C503',
    'delete a required field': 'C404',
    'delete a type': 'C603',
    'delete an object': 'C602',
    'delete one of a group': 'C404',
    'drop HH from an hourly path': 'C908',
    'drop an argument': 'C202',
    'leave an expression open': 'C101 C102 C103 C104',
    'lose the quotes': 'C101 C103',
    "misspell a field's name": 'C403',
    'misspell a function': 'C201',
    'misspell a name': 'C301 C302 C502',
    'misspell a runtime field': 'C303',
    'misspell a type': 'C604',
    'mm becomes MM': 'C903',
    "move a 'node.'": 'C301 C302 C304 C306 C502',
    'refer to the wrong object': 'C405',
    'rename a parameter': 'C501 C502',
    'rename a reference': 'C602',
    'show a secret': 'C801',
    'spoil a period': 'C402 C710',
    'spoil a schedule': 'C402 C407',
    'ss becomes SS': 'C907',
    'swap MM and mm': 'C902 C903',
}


def slots():
    required, fields, groups = (collections.defaultdict(set) for _ in range(3))
    for line in (ROOT / 'src/definition/slot_table.tsv').read_text().splitlines()[1:]:
        owner, field, category = line.split('\t')[:3]
        if category == 'Required Fields':
            required[owner].add(field)
        if category.startswith('Required Group'):
            groups[owner].add(field)
        fields[owner].add(field)
    return required, fields, groups


REQUIRED, FIELDS, GROUPS = slots()
ANYWHERE = (None, None)


def misspelt(name):
    """One letter less, in the middle."""
    at = len(name) // 2
    return name[:at] + name[at + 1:]


def texts(definition):
    """Every text that is evaluated: (container, key, text, object, field)."""
    for thing in definition['objects']:
        for key, value in thing.items():
            if key in VERBATIM:
                continue
            if isinstance(value, str):
                yield thing, key, value, thing, key
            elif isinstance(value, list):
                for index, item in enumerate(value):
                    if isinstance(item, str):
                        yield value, index, item, thing, key


def refs(definition):
    for thing in definition['objects']:
        for key, value in thing.items():
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, dict) and list(item) == ['ref']:
                    yield thing, key, item


class Mutants:
    """Mutants of one definition: change() is given places in a copy. `places` are the objects and fields of which one
    has to be found, None for any; `word` is what the message has to have, where the place says too little."""

    def __init__(self, name, definition):
        self.name, self.original, self.made = name, definition, []
        self.ids = {thing.get('id') for thing in definition['objects']}
        self.parameters = {p['id'] for p in definition.get('parameters', [])}
        self.default = next((t for t in definition['objects'] if t.get('id') == 'Default'), {})

    def add(self, kind, note, change, places, word=''):
        definition = copy.deepcopy(self.original)
        if change(definition) is not False:
            self.made.append((kind, f'{self.name}: {note}', definition, places, word))

    def set_text(self, kind, number, text, note, place):
        def change(definition):
            container, key, *_ = list(texts(definition))[number]
            container[key] = text
        self.add(kind, note, change, [place])

    def all(self):
        self.references()
        self.objects()
        self.schedules()
        self.read_fields()
        self.parameters_()
        for number, (_, key, text, thing, field) in enumerate(list(texts(self.original))):
            if EXPRESSION.search(text):
                self.expressions(number, key, text, thing, field)
        return self.made

    def references(self):
        by_type = {thing['id']: thing.get('type', '') for thing in self.original['objects'] if 'id' in thing}
        for number, (thing, key, item) in enumerate(refs(self.original)):
            target, place = item['ref'], [(thing.get('id'), key)]
            if target not in self.ids:
                continue

            def rename(definition, number=number, to=misspelt(target)):
                list(refs(definition))[number][2]['ref'] = to
            if misspelt(target) not in self.ids:
                self.add('rename a reference', f'{thing["id"]}.{key} -> {misspelt(target)}', rename, place)
            # A reference to a thing of another kind.
            other = next((i for i, t in by_type.items() if t.endswith('Activity') and i != thing['id']), None)
            if other and key in ('schedule', 'runsOn', 'input', 'output', 'onFail', 'onSuccess', 'precondition', 'database'):
                def turn(definition, number=number, to=other):
                    list(refs(definition))[number][2]['ref'] = to
                self.add('refer to the wrong object', f'{thing["id"]}.{key} -> {other}', turn, place)

    def objects(self):
        uses = collections.defaultdict(list)
        for thing, key, item in refs(self.original):
            uses[item['ref']].append((thing.get('id'), key))
        parents = {item['ref'] for _, key, item in refs(self.original) if key == 'parent'}
        for index, thing in enumerate(self.original['objects']):
            kind, name = thing.get('type', ''), thing.get('id')
            if name in uses:
                self.add('delete an object', name, lambda d, i=index: d['objects'].pop(i) and None, uses[name])
            if 'type' in thing and name not in parents and 'parent' not in thing and name != 'Default':
                self.add('delete a type', name, lambda d, i=index: d['objects'][i].pop('type') and None, [(name, None)])
                if kind in FIELDS:
                    self.add('misspell a type', name, lambda d, i=index, t=misspelt(kind): d['objects'][i].update(type=t),
                             [(name, 'type')])
            self.add('define an id twice', str(name), lambda d, i=index: d['objects'].append(dict(d['objects'][i])),
                     [ANYWHERE], f"'{name}'")
            group = [key for key in thing if key in GROUPS.get(kind, ())]
            for key in thing:
                gone = key not in self.default and 'parent' not in thing
                if gone and key in REQUIRED.get(kind, ()):
                    self.add('delete a required field', f'{name}.{key}', lambda d, i=index, k=key: [d['objects'][i].pop(k)] and None,
                             [(name, None)], f"'{key}'")
                if gone and group == [key] and not any(other in self.default for other in GROUPS[kind]):
                    self.add('delete one of a group', f'{name}.{key}', lambda d, i=index, k=key: [d['objects'][i].pop(k)] and None,
                             [(name, None)], f"'{key}'")
                if key in FIELDS.get(kind, ()) and key not in VERBATIM and len(key) > 4 and misspelt(key) not in FIELDS[kind]:
                    def respell(definition, i=index, k=key):
                        definition['objects'][i] = {misspelt(k) if n == k else n: v for n, v in definition['objects'][i].items()}
                    self.add("misspell a field's name", f'{name}.{key}', respell, [(name, misspelt(key))])

    def schedules(self):
        for index, thing in enumerate(self.original['objects']):
            if thing.get('type') != 'Schedule':
                continue

            def change(kind, index=index, name=thing['id'], field=None, **fields):
                self.add(kind, f'{name} {fields}', lambda d: d['objects'][index].update(fields), [(name, field)])
            if isinstance(thing.get('period'), str) and not EXPRESSION.search(thing['period']):
                for bad in ('5 minutes', '15', '1 fortnight'):
                    change('spoil a period', field='period', period=bad)
            started = thing.get('startDateTime', '')
            if isinstance(started, str) and re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d', started) and thing.get('period'):
                change('spoil a schedule', startAt='FIRST_ACTIVATION_DATE_TIME')
                change('spoil a schedule', endDateTime='1999-12-31T00:00:00')
                change('spoil a schedule', occurrences='3', endDateTime='2999-12-31T00:00:00')
                change('spoil a schedule', field='startDateTime', startDateTime=started.replace('T', ' at '))

    def read_fields(self):
        """Deletes own fields that an expression of the same object, or of one that refers to it, reads."""
        things = {thing.get('id'): thing for thing in self.original['objects']}
        readers = collections.defaultdict(list)
        for _, _, text, thing, field in texts(self.original):
            for found in EXPRESSION.finditer(text):
                inner = re.sub(r"'[^']*'|\"[^\"]*\"", '', found.group()[2:-1])
                for name in re.findall(r'(?<![\w.@*])([A-Za-z_]\w*)(?![\w(.])', inner):
                    readers[thing.get('id'), name].append((thing.get('id'), field))
                for head, name in re.findall(r'(?<![\w.@*])([A-Za-z_]\w*)\.([A-Za-z_]\w*)(?![\w(.])', inner):
                    target = thing.get(head)
                    if isinstance(target, dict) and target.get('ref') in things:
                        readers[target['ref'], name].append((thing.get('id'), field))
        for (owner, name), places in readers.items():
            thing = things[owner]
            if name not in thing or name in VERBATIM or 'parent' in thing or name in self.default or name in self.parameters:
                continue
            if owner == 'Default' or all(place == (owner, name) for place in places):
                continue
            index = self.original['objects'].index(thing)
            self.add('delete a field that is read', f'{owner}.{name}', lambda d, i=index, k=name: [d['objects'][i].pop(k)] and None,
                     places, f"'{name}'")

    def parameters_(self):
        for index, parameter in enumerate(self.original.get('parameters', [])):
            name = parameter['id']
            if not any(name in text for _, _, text, *_ in texts(self.original)):
                continue
            here = [(None, name)]
            self.add('rename a parameter', name, lambda d, i=index, n=misspelt(name): d['parameters'][i].update(id=n),
                     [ANYWHERE], f"'{misspelt(name)}'")
            if len(self.original['parameters']) > 1:
                self.add('delete a parameter', name, lambda d, i=index: d['parameters'].pop(i) and None, [ANYWHERE], f"'{name}'")
            if parameter.get('allowedValues'):
                self.add('a value that is not allowed', name,
                         lambda d, i=index: d['parameters'][i].update(default='no-such-value'), here)
                self.add('a value that is not allowed', name,
                         lambda d, n=name: d.setdefault('values', {}).update({n: 'no-such-value'}), here)
            if parameter.get('type') in ('Integer', 'Double'):
                self.add('a value of the wrong type', name, lambda d, n=name: d.setdefault('values', {}).update({n: 'many'}), here)

    def expressions(self, number, key, text, thing, field):
        where = f'{thing["id"]}.{key}'

        def put(kind, changed, note=''):
            if changed != text:
                self.set_text(kind, number, changed, f'{where} {note}'.rstrip(), (thing['id'], field))

        for found in EXPRESSION.finditer(text):
            begin, end = found.span()
            inner = found.group()[2:-1]

            def replaced(part):
                return text[:begin] + '#{' + part + '}' + text[end:]
            put('leave an expression open', text[:end - 1] + text[end:])
            put("another tool's expression", replaced('${x}' + inner))
            if '@' in inner and FUNCTION.search(inner):
                put('#{ becomes ${', text[:begin] + '$' + text[begin + 1:])
            for call in FUNCTION.finditer(inner):
                name = call.group(1)
                put('misspell a function', replaced(inner[:call.start(1)] + misspelt(name) + inner[call.end(1):]), name)
            if 'node.' in inner:
                put("move a 'node.'", replaced(inner.replace('node.', '', 1)))
            elif thing.get('type', '').endswith(('Activity', 'DataNode', 'Cluster', 'Resource')):
                bare = NAME.search(inner)
                if bare and '.' not in inner:
                    put("move a 'node.'", replaced(inner[:bare.start(1)] + 'node.' + inner[bare.start(1):]))
            for runtime in re.finditer(r'@\w+', inner):
                put('misspell a runtime field', replaced(inner[:runtime.start()] + misspelt(runtime.group()) + inner[runtime.end():]))
            for name in NAME.finditer(inner):
                if name.group(1) in self.parameters or name.group(1) in thing:
                    put('misspell a name', replaced(inner[:name.start(1)] + misspelt(name.group(1)) + inner[name.end(1):]), name.group(1))
            for call in FORMAT_CALL.finditer(inner):
                put('drop an argument', replaced(re.sub(r",\s*(['\"])[^'\"]*\1\)", ')', inner)))
            self.patterns(inner, lambda kind, part, note='': put(kind, replaced(part), note))
        if not key == 'command' or self.parameters:
            secret = next((p for p in self.parameters if p.startswith('*')), None)
            if secret and not str(field).startswith('*'):
                put('show a secret', text + '#{' + secret + '}')
        own = [k for k, v in thing.items() if v == text]
        if own and re.fullmatch(r'\w+', own[0]):
            put('a value of itself', text + '#{' + own[0] + '}')

    def patterns(self, inner, put):
        for found in PATTERN.finditer(inner):
            quote, pattern = found.group(2), found.group(3)
            before, after = inner[:found.start(3)], inner[found.end(3):]

            def swap(kind, changed):
                if changed != pattern:
                    put(kind, before + changed + after, changed)
            swap('swap MM and mm', pattern.translate(str.maketrans('Mm', 'mM')))
            swap('MM becomes mm', pattern.replace('MM', 'mm'))
            swap('mm becomes MM', pattern.replace('mm', 'MM') if 'HH' in pattern else pattern)
            swap('HH becomes hh', pattern.replace('HH', 'hh'))
            swap('dd becomes DD', pattern.replace('dd', 'DD'))
            swap('days become weeks', re.sub('MM.?dd', 'ww', pattern))
            swap('ss becomes SS', pattern.replace('mm:ss', 'mm:SS').replace('mmss', 'mmSS').replace('mm-ss', 'mm-SS'))
            swap('a T without quotes', re.sub(r'dd[^a-zA-Z]?HH', 'ddTHH', pattern))
            put('lose the quotes', inner[:found.start(3) - 1] + pattern + inner[found.end(3) + 1:])


def hourly(name, original):
    """Drops the hours from output paths of hourly schedules; there are few, so each definition is made hourly first."""
    outputs = {item['ref'] for _, key, item in refs(original) if key == 'output'}
    schedules = [t for t in original['objects'] if t.get('type') == 'Schedule' and t.get('period')]
    if not schedules or any(str(s.get('occurrences', '')) == '1' or 'occurrences' in s for s in schedules):
        return
    if any(t.get('scheduleType') == 'ondemand' for t in original['objects']):
        return
    for index, thing in enumerate(original['objects']):
        for key in ('filePath', 'directoryPath'):
            text = thing.get(key)
            if thing.get('id') not in outputs or not isinstance(text, str) or thing.get('type') != 'S3DataNode':
                continue
            found = PATTERN.search(text)
            if not found or text.count('format(') != 1 or re.search(r'@scheduled\w+(?!\w*[,.)])', text):
                continue
            base = copy.deepcopy(original)
            for schedule in base['objects']:
                if schedule.get('type') == 'Schedule' and schedule.get('period'):
                    schedule['period'] = '1 hour'
            coarse = re.sub(r"[^A-Za-z]*(HH|hh)(.*)$", '', found.group(3))
            base['objects'][index][key] = text[:found.start(3)] + "YYYY-MM-dd-HH" + text[found.end(3):]
            changed = copy.deepcopy(base)
            changed['objects'][index][key] = text[:found.start(3)] + (coarse or 'YYYY-MM-dd') + text[found.end(3):]
            yield 'drop HH from an hourly path', f'{name}: {thing["id"]}.{key}', base, changed, [(thing['id'], key)], ''


def findings(program, folder):
    done = subprocess.run([program, 'check', folder, '--format', 'json'], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(f'pipexpr check ended with {done.returncode}: {done.stderr[:500]}')
    found = collections.defaultdict(collections.Counter)
    for one in json.loads(done.stdout)['findings']:
        found[pathlib.Path(one['file']).stem][one['rule'], one.get('object'), one.get('field'), one['message']] += 1
    return found


def unstable(program, folder):
    """Files that --fix changes twice, or leaves with something to repair."""
    def contents():
        return {path.name: path.read_bytes() for path in pathlib.Path(folder).iterdir()}

    def fix():
        done = subprocess.run([program, 'check', folder, '--fix', '--format', 'json'], capture_output=True, text=True)
        if done.returncode not in (0, 1):
            sys.exit(f'pipexpr check --fix ended with {done.returncode}: {done.stderr[:500]}')
        return {pathlib.Path(one['file']).name for one in json.loads(done.stdout)['findings'] if one.get('fix', {}).get('safe')}
    before, left, once = contents(), fix(), contents()
    left |= fix()
    twice = contents()
    return sum(before[name] != once[name] for name in before), left | {name for name in once if once[name] != twice[name]}


def detects(finding, kind, places, word):
    rule, owner, field, message = finding
    return rule in RULES[kind].split() and word in message and any(
        at in (None, owner) and name in (None, field) for at, name in places)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('pipexpr', type=pathlib.Path)
    parser.add_argument('--show', type=int, default=0, help='how many undetected mutants of each kind to print')
    arguments = parser.parse_args()
    corpus = pathlib.Path(os.environ.get('PIPEXPR_SHARED', ROOT.parent / 'shared')) / 'corpus/definitions'
    if not corpus.is_dir():
        print(f"skipped: there is no corpus at '{corpus}'")
        return SKIPPED
    mutants, bases = [], {}
    for path in sorted(corpus.glob('*.json')):
        definition = json.loads(path.read_text())
        if not isinstance(definition, dict) or not all('id' in thing for thing in definition.get('objects', [{}])):
            continue
        bases[path.stem] = definition
        mutants += [(*mutant, path.stem) for mutant in Mutants(path.stem, definition).all()]
        for number, (kind, note, base, changed, *place) in enumerate(hourly(path.stem, definition)):
            bases[f'{path.stem}-hourly{number}'] = base
            mutants.append((kind, note, changed, *place, f'{path.stem}-hourly{number}'))
    kinds = collections.defaultdict(list)
    for mutant in mutants:
        kinds[mutant[0]].append(mutant)
    chosen = []
    for kind in sorted(kinds):
        random.Random(kind).shuffle(kinds[kind])
        chosen += kinds[kind][:MOST_OF_A_KIND]
    with tempfile.TemporaryDirectory() as folder:
        for name, definition in bases.items():
            (pathlib.Path(folder) / f'{name}.json').write_text(json.dumps(definition))
        before = findings(arguments.pipexpr, folder)
    # Of a file that does not load nothing more is seen.
    broken = {name for name in bases if any(rule in ('C601', 'C605', 'C608') for rule, *_ in before[name])}
    chosen = [mutant for mutant in chosen if mutant[-1] not in broken]
    with tempfile.TemporaryDirectory() as folder:
        for number, mutant in enumerate(chosen):
            (pathlib.Path(folder) / f'{number:05}.json').write_text(json.dumps(mutant[2]))
        after = findings(arguments.pipexpr, folder)
        repaired, changing = unstable(arguments.pipexpr, folder)
    seen, total, missed = collections.Counter(), collections.Counter(), collections.defaultdict(list)
    for number, (kind, note, _, places, word, base) in enumerate(chosen):
        total[kind] += 1
        if any(detects(finding, kind, places, word) for finding in after[f'{number:05}'] - before[base]):
            seen[kind] += 1
        else:
            missed[kind].append(note)
    for kind in sorted(total):
        print(f'{kind:32} {seen[kind]:5} of {total[kind]:5}')
        for note in missed[kind][:arguments.show]:
            print(f'    not seen: {note}')
    detected, made = sum(seen.values()), sum(total.values())
    print(f'{detected} of {made} mutants detected, {100 * detected / max(made, 1):.1f} %')
    print(f'--fix changes {repaired} of them' + ''.join(f'\n    not once and for all: {chosen[int(name[:5])][1]}'
                                                      for name in sorted(changing)))
    return 0 if made >= 2000 and detected >= 0.95 * made and repaired > 0 and not changing else 1


if __name__ == '__main__':
    sys.exit(main())
