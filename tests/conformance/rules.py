"""The language's rules on values, a second time and independent of the engine: what generate.py computes rows from.

Numbers are Python's, dates are counted by Python's datetime, and every message is spelled as codes.def spells it.
"""

import datetime
import math
import re

LEAST, MOST = -2**63, 2**63 - 1


class EvalError(Exception):
    """A diagnostic: code, message, and which argument it points to (None: the whole)."""

    def __init__(self, code, message, argument=None):
        super().__init__(message)
        self.code, self.message, self.argument = code, message, argument


class Value:
    """kind: unset, text, integer, number, datetime, reference or list; slot: the type of a string's field."""

    def __init__(self, kind, data=None, slot='string'):
        self.kind, self.data, self.slot = kind, data, slot

    def text(self):
        if self.kind == 'unset':
            return ''
        if self.kind == 'number':
            return java(self.data)
        if self.kind == 'datetime':
            return self.data.strftime('%Y-%m-%dT%H:%M:%S').rjust(19, '0')
        if self.kind == 'list':
            return '[' + ', '.join(v.text() if v.kind in ('integer', 'number') else f'"{v.text()}"' for v in self.data) + ']'
        return str(self.data)

    def describe(self):
        return {'text': f"the string '{self.data}'", 'unset': 'an unset value', 'integer': 'an integer', 'number': 'a number',
                'datetime': 'a date-time', 'reference': 'a reference', 'list': 'a list'}[self.kind]

    def arrow(self):
        return {'text': '=string>'}.get(self.kind, f'={self.kind}>')


def java(value):
    """Double.toString of Java up to 18: the shortest digits, with an exponent outside [0.001, 10000000). From 2^53 to 2^63
    it writes the integer instead, without the last one or two digits from 2^58 and 2^61 on."""
    if value == 0:
        return '-0.0' if math.copysign(1, value) < 0 else '0.0'
    sign = '-' if value < 0 else ''
    if 2**53 <= abs(value) < 2**63:
        whole = int(abs(value))
        dropped = 0 if whole < 2**58 else 1 if whole < 2**61 else 2
        digits = str((whole + 10**dropped // 2) // 10**dropped)
        exponent = len(digits) - 1 + dropped
        digits = digits.rstrip('0')
        return f'{sign}{digits[0]}.{digits[1:] or "0"}E{exponent}'
    digits, exponent = f'{abs(value):.17e}'.split('e')
    mantissa = repr(abs(value))
    if 'e' in mantissa:
        digits, exponent = mantissa.split('e')
    else:
        whole, _, fraction = mantissa.partition('.')
        stripped = (whole + fraction).lstrip('0')
        exponent = len(whole) - 1 if whole != '0' else -(len(fraction) - len(fraction.lstrip('0')) + 1)
        digits = stripped[0] + '.' + stripped[1:]
    exponent = int(exponent)
    digits = digits.replace('.', '').rstrip('0') or '0'
    if 1e-3 <= abs(value) < 1e7:
        if exponent >= 0:
            digits = digits.ljust(exponent + 1, '0')
            return sign + digits[:exponent + 1] + '.' + (digits[exponent + 1:] or '0')
        return sign + '0.' + '0' * (-exponent - 1) + digits
    return f'{sign}{digits[0]}.{digits[1:] or "0"}E{exponent}'


def numeral(text):
    """The number that is the whole text, or None."""
    if re.fullmatch(r'-?[0-9]+', text):
        return int(text) if LEAST <= int(text) <= MOST else None
    return float(text) if re.fullmatch(r'-?[0-9]*\.[0-9]+', text) else None


def operand(op, value):
    if value.kind == 'unset':
        raise EvalError('E308', f'operator {op} needs a value, found an unset one: an optional parameter or a field without a value')
    if value.kind == 'datetime' or value.slot == 'datetime':
        raise EvalError('E303', f'operator {op} does not work on a date-time: use plusDays, minusHours and the like, or '
                            'format it first')
    if value.kind in ('integer', 'number'):
        return value.data
    found = numeral(value.data) if value.kind == 'text' and value.slot in ('string', 'integer', 'number') else None
    if found is None:
        raise EvalError('E302', f'operator {op} needs numbers, found {value.describe()}')
    return float(found) if value.slot == 'number' else found


def calculate(op, a, b):
    if isinstance(a, int) and isinstance(b, int) and op != '^':
        if op == '/':
            if b == 0:
                raise EvalError('E402', 'division by zero')
            result = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
        else:
            result = {'+': a + b, '-': a - b, '*': a * b}[op]
        if not LEAST <= result <= MOST:
            raise EvalError('E401', f'the result of {a} {op} {b} does not fit in a 64-bit integer')
        return Value('integer', result)
    a, b = float(a), float(b)
    if op == '/' and b == 0:
        raise EvalError('E402', 'division by zero')
    try:
        result = {'+': lambda: a + b, '-': lambda: a - b, '*': lambda: a * b, '/': lambda: a / b, '^': lambda: a**b}[op]()
        if isinstance(result, complex) or not math.isfinite(result):
            raise OverflowError
    except (OverflowError, ZeroDivisionError):
        raise EvalError('E410', f'the result of operator {op} is not a finite number') from None
    return Value('number', result)


def apply(op, a, b):
    """One of + - * / ^ on two values."""
    if a.kind == 'list' and b.kind == 'list':
        if op == '+':
            return Value('list', a.data + b.data)
        raise EvalError('E304', f'operator {op} takes at most one list, found two: only + joins two lists')
    if a.kind == 'list':
        return Value('list', [apply(op, item, b) for item in a.data])
    if b.kind == 'list':
        return Value('list', [apply(op, a, item) for item in b.data])
    if op == '+' and any(v.kind == 'text' and v.slot == 'string' for v in (a, b)):
        return Value('text', a.text() + b.text())
    left = operand(op, a)
    return calculate(op, left, operand(op, b))


def negate(a):
    if a.kind == 'list':
        return Value('list', [negate(item) for item in a.data])
    value = operand('-', a)
    return Value('number', -value) if isinstance(value, float) else calculate('-', 0, value)


WORDS = {'text': 'a string', 'integer': 'an integer', 'datetime': 'a date-time', 'period': 'a period'}
SHORT = {'text': 'String', 'integer': 'int', 'datetime': 'DateTime', 'period': 'Period'}


def convert(value, wanted, position, function):
    """An argument as the parameter wants it; the texts given here are never bad dates, periods or patterns."""
    if value.kind == 'unset':
        raise EvalError('E309', f'argument {position} of {function} is unset: an optional parameter or a field without a value', position - 1)
    if wanted == 'text' and value.kind == 'text':
        return value.data
    if wanted == 'datetime' and value.kind == 'datetime':
        return value.data
    if wanted == 'datetime' and value.kind == 'text':
        return datetime.datetime.fromisoformat(value.data)
    if wanted == 'period' and value.kind == 'text':
        count, unit = value.data.split()
        return int(count), unit.lower().rstrip('s')
    if wanted == 'integer':
        number = value.data if value.kind in ('integer', 'number') else None
        if value.kind == 'text':
            number = numeral(value.data)
        if number is not None:
            if number != int(number):
                raise EvalError('E412', f'argument {position} of {function} must be an integer, found {java(number)}',
                            position - 1)
            return int(number)
    raise EvalError('E301', f'argument {position} of {function} must be {WORDS[wanted]}, found {value.describe()}', position - 1)


def add_months(when, months):
    year, month = divmod(when.year * 12 + when.month - 1 + months, 12)
    for day in range(when.day, 0, -1):
        try:
            return when.replace(year=year, month=month + 1, day=day)
        except ValueError:
            pass
    raise AssertionError


def shift(when, count, unit):
    if unit in ('month', 'year'):
        return add_months(when, count * (12 if unit == 'year' else 1))
    return when + datetime.timedelta(**{unit + 's': count})


def sunday(when):
    return when - datetime.timedelta(days=when.isoweekday() % 7)


DATE = ('datetime',)
# name -> (kinds of the parameters, result's kind, what it computes)
FUNCTIONS = {
    'day': (DATE, 'integer', lambda t: t.day),
    'dayOfYear': (DATE, 'integer', lambda t: t.timetuple().tm_yday),
    'hour': (DATE, 'integer', lambda t: t.hour),
    'minute': (DATE, 'integer', lambda t: t.minute),
    'month': (DATE, 'integer', lambda t: t.month),
    'year': (DATE, 'integer', lambda t: t.year),
    'firstOfMonth': (DATE, 'datetime', lambda t: t.replace(day=1)),
    'midnight': (DATE, 'datetime', lambda t: t.replace(hour=0, minute=0, second=0)),
    'sunday': (DATE, 'datetime', sunday),
    'yesterday': (DATE, 'datetime', lambda t: t - datetime.timedelta(days=1)),
    'makeDate': (('integer',) * 3, 'datetime', datetime.datetime),
    'makeDateTime': (('integer',) * 5, 'datetime', datetime.datetime),
    'format': (('datetime', 'text'), 'text', None),
    'inTimeZone': (('datetime', 'text'), 'datetime', None),
    'plusPeriod': (('datetime', 'period'), 'datetime', lambda t, p: shift(t, p[0], p[1])),
    'minusPeriod': (('datetime', 'period'), 'datetime', lambda t, p: shift(t, -p[0], p[1])),
}
for _unit in ('year', 'month', 'week', 'day', 'hour', 'minute'):
    for _name, _sign in (('plus', 1), ('minus', -1)):
        FUNCTIONS[f'{_name}{_unit.capitalize()}s'] = (
            ('datetime', 'integer'), 'datetime', lambda t, n, unit=_unit, sign=_sign: shift(t, sign * n, unit))


def signature(name):
    kinds, result, _ = FUNCTIONS[name]
    names = {'format': ('time', 'pattern'), 'inTimeZone': ('time', 'zone'), 'plusPeriod': ('time', 'period'),
             'minusPeriod': ('time', 'period')}.get(name, ('time', 'count'))
    if name.startswith('make'):
        names = ('year', 'month', 'day', 'hour', 'minute')
    return f"{name}({', '.join(f'{SHORT[k]} {n}' for k, n in zip(kinds, names))}) -> {SHORT[result]}"


def call(name, arguments):
    """A call that maps over one list among its arguments."""
    lists = [i for i, a in enumerate(arguments) if a.kind == 'list']
    if len(lists) > 1:
        raise EvalError('E305', f'{name} takes at most one list among its arguments, found {len(lists)}')
    if lists:
        at = lists[0]
        return Value('list', [call(name, arguments[:at] + [item] + arguments[at + 1:]) for item in arguments[at].data])
    kinds, result, compute = FUNCTIONS[name]
    given = [convert(a, kind, i + 1, name) for i, (a, kind) in enumerate(zip(arguments, kinds))]
    return Value(result, compute(*given))
