"""Every conformance row through the package: its value as one of a column, its kind by itself, and its errors whole."""

import datetime
import functools
import json
import re

import pytest

import pipexpr
import rows

# What C++ can do and Python cannot: refuse a part of an argument, prepare one, return nothing, throw no exception.
NOT_FROM_PYTHON = re.compile(r'refuseAt|firstOf|sayNothing|giveUp|throwNothing|throwUp')
KINDS = {type(None): 'unset', str: 'string', int: 'integer', float: 'number', datetime.datetime: 'datetime',
         pipexpr.Period: 'period', pipexpr.Ref: 'reference', list: 'list'}


@functools.cache
def functions(name):
    if name == 'standard':
        return None
    if name == 'none':
        return pipexpr.Functions(standard=False)
    made = pipexpr.Functions()

    @made.add
    def upper(text: str) -> str:
        """the text in upper case"""
        return re.sub('[a-z]', lambda found: found[0].upper(), text)

    def half(value: float) -> float:
        """half the number"""
        return value / 2

    made.add(half, pure=True)

    @made.add
    def repeat(text: str, times: int) -> str:
        """the text again and again"""
        return text * times

    def hours_of(period: pipexpr.Period) -> int:
        """the count of a period, whatever its unit"""
        return period.count

    made.add(hours_of, 'hoursOf', pure=True)

    @made.add
    def ratio(a: float, b: float) -> float:
        """the one by the other, whatever that is"""
        return a / b if b else a * float('inf')

    def refuse(why: str) -> str:
        """fails"""
        raise ValueError(why)

    made.add(refuse, pure=True)
    return made


@functools.lru_cache(maxsize=64)
def definition(text, values, runtime, names, delimiters):
    return pipexpr.Definition(text, dict(values), runtime_fields=dict(runtime), functions=functions(names),
                              delimiters=delimiters)


def lines_of(error):
    def place(at):
        return f'{at.offset}+{at.length}'
    lines = []
    for one in error.diagnostics:
        steps = [(f'{rows.encode(step.object)}.' if step.object else '') + rows.encode(step.field) +
                 (f'#{step.item}' if step.item else '') + ' ' + place(step) for step in one.path]
        path = f"[{' > '.join(steps)}] " if steps else ''
        lines.append(f'!! {one.code} {place(one)} {path}{rows.encode(one.message)}')
    return lines


def fields_of(fields):
    return {name: pipexpr.Ref(value) if isinstance(value, str) else pipexpr.Field(*value, type=kind)
            for name, kind, value in fields}


def evaluate(row):
    setting = row.setting
    graph = definition(setting.definition, tuple((name, tuple(texts)) for name, texts in setting.values.items()),
                       tuple(setting.runtime.items()), setting.functions, setting.delimiters)
    unset = [name for name in ('empty', 'null') if f'{name}_unset_runtime_fields' in setting.options]
    expression = pipexpr.Expression(
        row.source, graph, row.object or setting.object or None, functions=functions(setting.functions),
        limits=setting.limits, delimiters=setting.delimiters, unset_runtime=(unset or ['error'])[0],
        transitive_runtime_fields='transitive_runtime_fields' in setting.options)
    assert expression.text == row.source
    timeout = -1.0 if 'past_deadline' in setting.options else None
    fields = fields_of(setting.fields)
    run = dict(attempt=setting.attempt, run_fields=fields_of(setting.run_fields)) if setting.start else {}
    # The row three times, as a column that has it in the middle.
    many = dict(starts=[setting.start] * 3, ends=[setting.end] * 3) if setting.start else {}
    counted = fields if setting.start else {**fields, 'a column of no use': [1, 2, 3]}
    try:
        texts = expression.evaluate_many(fields=counted, errors='none', max_errors=3, timeout=timeout, **many, **run)
    except pipexpr.Error as error:  # of all rows
        return lines_of(error)
    try:
        value = expression.evaluate(*([setting.start, setting.end] if setting.start else []), fields=fields,
                                    timeout=timeout, **run)
    except pipexpr.Error as error:
        lines = lines_of(error)
        assert texts.to_list() == [None] * 3 and texts.failed == 3
        assert [(at, lines_of(why)) for at, why in texts.errors] == [(at, lines) for at in range(3)]
        return lines
    found = texts.to_list()
    assert found == found[:1] * 3 and not texts.failed
    kind = KINDS[type(value)]
    if kind in ('string', 'period', 'reference', 'integer'):
        assert str(value) == found[0]
    far = kind == 'string' and re.match(r'-|\d{5}|0000', value)  # a year that Python does not have
    return [f'={kind}> {rows.encode(found[0])}', *([f'=datetime> {rows.encode(found[0])}'] if far else [])]


def load(row):
    try:
        made = pipexpr.Definition(row.source, row.setting.values, limits=row.setting.limits)
    except pipexpr.Error as error:
        return lines_of(error)
    return [f'=> {len(made)} objects, {len(made.parameters())} parameters']


def register(row):
    name, kinds = re.fullmatch(r'([^(]*)(?:\((.*)\))?', row.source).groups()
    parameters = [(f'p{i}', kind, False, None) for i, kind in enumerate(filter(None, re.split(', *', kinds or '')))]
    try:
        pipexpr.Functions()._engine.add(name, parameters, False, 'string', '', False, lambda *_: 1, False)
    except pipexpr.Error as error:
        return lines_of(error)
    return ['=> added']


def normal(want):
    mark, _, text = want.partition(' ')
    return f'{mark} {rows.encode(rows.decode(text.strip()))}'


def matches(want, got):
    if len(want) == 1 and want[0].startswith('='):
        wanted = normal(want[0])
        return wanted in got or (wanted.startswith('=> ') and got[0].startswith('=') and
                                 got[0].split('>', 1)[1] == wanted[2:])
    return list(map(normal, want)) == got


def is_from_python(row):
    return not ('cancelled' in row.setting.options or NOT_FROM_PYTHON.search(row.source) or
                row.source.endswith(' without a body') or (row.form == 'register' and 'unset' in row.source))


@pytest.mark.parametrize('path', sorted(rows.FOLDER.glob('*.test')), ids=lambda path: path.name)
def test_rows(path):
    wrong = []
    found = list(filter(is_from_python, rows.read(path)))
    assert found
    for row in found:
        try:
            got = {'evaluate': evaluate, 'load': load, 'register': register}[row.form](row)
        except AssertionError as error:
            got = [f'-- {error}']
        except pipexpr.Error as error:
            got = lines_of(error)
        if not matches(row.want, got):
            wrong.append(f'{row.place}: {row.source[:300]}\n  want {json.dumps(row.want)[:600]}\n  got  {json.dumps(got)[:600]}')
    assert not wrong, f'{len(wrong)} of {len(found)} rows\n' + '\n'.join(wrong[:20])


def test_wrong_rows_are_noticed():
    row = next(row for row in rows.read(rows.FOLDER / 'numbers.test') if row.want[0].startswith('='))
    assert matches(row.want, evaluate(row))
    assert not matches([row.want[0] + '0'], evaluate(row))


def test_few_rows_are_left_out():
    found = [is_from_python(row) for path in rows.FOLDER.glob('*.test') for row in rows.read(path)]
    assert len(found) > 4_000 and found.count(False) < len(found) / 50
