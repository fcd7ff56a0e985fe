#!/usr/bin/env python3
"""Arithmetic against exact fractions: random pairs of numbers, the same ones every time.

usage: arithmetic_test.py PIPEXPR [PAIRS]

Integers are Python's. Results of + - * / on other numbers are worked out as fractions and rounded once, which is
what IEEE arithmetic promises; powers are worked out with 60 digits and may be off by one unit in the last place.
Numbers stand in the template, where they are folded, or come as texts of fields.
"""

import decimal
import fractions
import json
import math
import pathlib
import random
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'conformance'))
from rules import LEAST, MOST, java  # noqa: E402

EDGES = [0, 1, 2, 3, 7, 10, 2**31 - 1, 2**31, 2**53 - 1, 2**53, 2**53 + 1, 2**62, 2**63 - 2, 2**63 - 1]
DECIMALS = ['0.0', '0.1', '0.5', '1.0', '1.5', '0.001', '0.00099999999999999', '9999999.0', '9999999.999999999', '10000000.0',
            '9007199254740993.0', '0.' + '0' * 320 + '5', '1' + '0' * 308 + '.0', '179769313486231570' + '0' * 291 + '.0']
decimal.getcontext().prec = 60
decimal.getcontext().Emax, decimal.getcontext().Emin = 10**6, -10**6


def number(rng):
    """The text of a number, as the language writes it, without a sign."""
    kind = rng.randrange(8)
    if kind == 0:
        return str(rng.choice(EDGES))
    if kind == 1:
        return rng.choice(DECIMALS)
    if kind == 2:
        return str(rng.randrange(2**rng.randrange(1, 64)))
    if kind == 3:
        return str(rng.randrange(20))
    whole = str(rng.randrange(10**rng.randrange(1, 18)))
    fraction = ''.join(rng.choice('0123456789') for _ in range(rng.randrange(1, 18)))
    return f'{whole if kind != 4 else "0"}.{fraction}'


def rounded(value):
    """The nearest double; None when that is none."""
    try:
        return float(value)
    except OverflowError:
        return None


def real(op, a, b):
    """The result and how many units in the last place it may be off; None: not a finite number."""
    x, y = fractions.Fraction(a), fractions.Fraction(b)
    if op == '^':
        if a == 0 and b < 0 or a < 0 and b != math.floor(b):
            return None, 0
        if a == 0 or b == 0 or abs(a) == 1:
            return math.pow(a, b), 0
        exact = decimal.Decimal(abs(a)).ln() * decimal.Decimal(b)
        if exact > 711:
            return None, 0
        value = rounded(exact.exp())
        if value is None or math.isinf(value):
            return None, 0
        return (-value if a < 0 and math.fmod(b, 2) else value), 1
    if op in '+-':
        exact = x + y if op == '+' else x - y
        if exact == 0:
            return (a + b if op == '+' else a - b), 0  # the sign of a zero
    else:
        exact = x * y if op == '*' else x / y
        if exact == 0:
            return math.copysign(0.0, math.copysign(1, a) * math.copysign(1, b)), 0
    value = rounded(exact)
    if value == 0:  # too small, but it has a sign
        value = math.copysign(0.0, exact)
    return value, 0


def expected(op, a, b, signs):
    """What `a op b` gives: a string and how far off it may be."""
    whole = '.' not in a and '.' not in b
    if whole and op != '^':
        x, y = int(a) * signs[0], int(b) * signs[1]
        if op == '/' and y == 0:
            return 'E402', 0
        result = {'+': x + y, '-': x - y, '*': x * y}.get(op)
        if op == '/':
            result = abs(x) // abs(y) * (1 if (x < 0) == (y < 0) else -1)
        return (str(result) if LEAST <= result <= MOST else 'E401'), 0
    x, y = (float(int(t)) if '.' not in t else float(fractions.Fraction(t)) for t in (a, b))
    # A sign belongs to the number before it is rounded, which makes no difference, and to a whole zero it does not.
    x = x * signs[0] if x or '.' in a else x
    y = y * signs[1] if y or '.' in b else y
    if op == '/' and y == 0:
        return 'E402', 0
    value, slack = real(op, x, y)
    return ('E410', slack) if value is None else (java(value), slack)


def case(rng):
    a, b = number(rng), number(rng)
    op = rng.choice('+-*/^' if rng.randrange(4) else '+-*/')
    signs = [rng.choice((1, 1, -1)), rng.choice((1, 1, -1))]
    signed = [t if s > 0 else '-' + t for t, s in zip((a, b), signs)]
    if op != '+' and rng.randrange(2):
        request = {'template': f'=#{{a {op} b}}', 'fields': dict(zip('ab', signed))}
    else:
        request = {'template': '=#{' + f' {op} '.join(t if s > 0 else f'({t})' for t, s in zip(signed, signs)) + '}'}
    return request, *expected(op, a, b, signs)


def near(found, wanted, slack):
    if found == wanted:
        return True
    try:
        return slack and abs(float(found) - float(wanted)) <= slack * math.ulp(float(wanted))
    except ValueError:
        # At the edge of what a double holds, one unit decides.
        return slack and 'E410' in (found, wanted) and abs(float(({found, wanted} - {'E410'}).pop())) > 1.797e308


def main():
    pairs = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
    rng = random.Random(20121029)
    failures = done = errors = 0
    while done < pairs:
        cases = [case(rng) for _ in range(min(50_000, pairs - done))]
        lines = '\n'.join(json.dumps(request) for request, _, _ in cases) + '\n'
        ran = subprocess.run([sys.argv[1], 'eval', '--jsonl'], input=lines, capture_output=True, text=True)
        replies = ran.stdout.splitlines()
        if len(replies) != len(cases):
            print(f'{len(cases)} requests, {len(replies)} replies: {ran.stderr[:300]}')
            return 1
        for (request, wanted, slack), reply in zip(cases, replies):
            answer = json.loads(reply)
            found = answer['error']['code'] if 'error' in answer else answer['value'][1:]
            errors += 'error' in answer
            if not near(found, wanted, slack):
                failures += 1
                if failures <= 20:
                    print(f'{json.dumps(request)}: expected {wanted}, found {found}')
        done += len(cases)
    print(f'{done} pairs, {errors} of them errors: {failures} differ')
    return 1 if failures or errors < done // 100 else 0


if __name__ == '__main__':
    sys.exit(main())
