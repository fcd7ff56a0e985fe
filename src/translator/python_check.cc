// The check program in Python, for Jinja with pendulum and for Python alone.
#include "translator/check_programs.h"

namespace pipexpr::translator {

const std::string_view kJinjaEngine = R"PY(try:
    import jinja2
    import pendulum
except ImportError as missing:
    give_up(3, f'needs jinja2 and pendulum: {missing}')

ENGINE = {'jinja2': jinja2.__version__, 'pendulum': pendulum.__version__, 'python': sys.version.split()[0]}
ENVIRONMENT = jinja2.Environment(undefined=jinja2.StrictUndefined)  # as Airflow makes it
MUTATIONS = [('%m', '%M'), ('%M', '%m'), ('%H', '%I'), ('%I', '%H'), ('%d', '%j'), ('%Y', '%G'), ('%G', '%Y'),
             ('.subtract(', '.add('), ('.add(', '.subtract('), ('days=', 'days=1+'), ('weeks=', 'days='),
             ('hours=', 'minutes='), ('months=', 'days=30*'), ('years=', 'days=365*'), ('replace(day=1', 'replace(day=2'),
             ('interval_start', 'interval_end'), ('interval_end', 'interval_start'), ('0%dd', '%d')]


def compiled(text):
    template = ENVIRONMENT.from_string(text)
    return lambda start, end: template.render(data_interval_start=start, data_interval_end=end)


def moment(millis):
    return pendulum.from_timestamp(millis // 1000).replace(microsecond=millis % 1000 * 1000)
)PY";

const std::string_view kPythonEngine = R"PY({HELPERS}

ENGINE = {'python': sys.version.split()[0]}
MUTATIONS = [('%m', '%M'), ('%M', '%m'), ('%H', '%I'), ('%I', '%H'), ('%d', '%j'), ('%Y', '%G'), ('%G', '%Y'),
             (' - timedelta', ' + timedelta'), (' + timedelta', ' - timedelta'), ('days=', 'days=1+'), ('weeks=', 'days='),
             ('hours=', 'minutes='), (', -12 * ', ', -'), (', 12 * ', ', '), (', -', ', '), ('replace(day=1', 'replace(day=2'),
             ('start', 'end'), ('end.', 'start.')]


def compiled(text):
    return eval('lambda start, end: ' + text, {'timedelta': timedelta, 'plus_months': plus_months})


def moment(millis):
    return datetime.datetime.fromtimestamp(millis // 1000, datetime.timezone.utc).replace(microsecond=millis % 1000 * 1000)
)PY";

const std::string_view kPythonCheck = R"PY(#!/usr/bin/env python3
"""Checks translated texts with their real engine against what pipexpr gave. Made by 'pipexpr translate'.

Prints a JSON object for each text. Status: 0 all equal, 1 one differs, 3 the engine is not there.
"""
import datetime
import hashlib
import json
import sys


def give_up(status, message):
    print(message, file=sys.stderr)
    sys.exit(status)


{ENGINE}

DATA = json.loads(r'''{DATA}''')
MOMENTS = [[(moment(start), moment(end)) for start, end in probes] for probes in DATA['probes']]


def attempt(value, at):
    try:
        return value(*at)
    except Exception as error:
        return type(error).__name__ + ': ' + str(error)


def differs(text, moments, expected):
    try:
        value = compiled(text)
    except Exception:
        return True
    return any(attempt(value, at) != wanted for at, wanted in zip(moments, expected))


def check(field):
    moments, expected = MOMENTS[field['probes']], field['expected']
    equal, counterexample = 0, None
    try:
        value = compiled(field['text'])
    except Exception as error:
        message = type(error).__name__ + ': ' + str(error)
        value = lambda start, end: message
    for (start, end), at, wanted in zip(DATA['probes'][field['probes']], moments, expected):
        found = attempt(value, at)
        if found == wanted:
            equal += 1
        elif counterexample is None:
            counterexample = {'start': start, 'end': end, 'expected': wanted, 'found': str(found)}
    mutants, survivors = [], []
    for old, new in MUTATIONS if DATA['mutants'] else []:
        mutant = field['text'].replace(old, new)
        if mutant == field['text']:
            continue
        mutants.append(mutant)
        if not differs(mutant, moments, expected):
            survivors.append(f'{old} -> {new}')
    hashes = {key: hashlib.sha256(field[key].encode()).hexdigest() for key in ('source', 'residual', 'text')}
    print(json.dumps({'name': field['name'], 'source': field['source'], 'residual': field['residual'], 'text': field['text'],
                      'engine': ENGINE, 'instants': field['classes'], 'equal': equal, 'counterexample': counterexample,
                      'mutants': {'made': len(mutants), 'killed': len(mutants) - len(survivors), 'survivors': survivors},
                      'sha256': hashes}))
    return counterexample is None


sys.exit(0 if all([check(field) for field in DATA['fields']]) else 1)
)PY";

}  // namespace pipexpr::translator
