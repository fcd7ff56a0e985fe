"""Where a source file can be spoiled, and how: small changes of tokens, found by patterns, no parser.

The code is formatted by clang-format, so a binary operator has blanks on both sides and a template's brackets do not.
"""

import re

RELATIONS = {'<': '<=', '<=': '<', '>': '>=', '>=': '>', '==': '!=', '!=': '=='}
ARITHMETIC = {'+': '-', '-': '+', '*': '/', '/': '*', '%': '/', '&&': '||', '||': '&&', '<<': '>>', '>>': '<<', '+=': '-=',
              '-=': '+=', '*=': '+='}
BINARY = re.compile(r'(?<= )(' + '|'.join(map(re.escape, sorted({**RELATIONS, **ARITHMETIC}, key=len, reverse=True))) + r')(?= )')
STEP = re.compile(r'(?<![\w+-])(\+\+|--)(?=\w)|(?<=[\w\])])(\+\+|--)(?![\w+-])')
NUMBER = re.compile(r"(?<![\w.'])(\d+)(?![\w.'])")
LIMIT = re.compile(r'(?<![\w:&*])((?:\w+(?:\.|->|::))*(?:max_\w+|k(?:Max|Most)\w+))(?![\w(]| = | \+= |,? *\w* *=[^=])')
TRUTH = re.compile(r'\b(true|false)\b')
CONDITION = re.compile(r'\b(?:if|while) \(')
CALL = re.compile(r'\b\w+\(([^(),;]+), ([^(),;]+)\)')
PARAMETER = re.compile(r'\w[&*]? \w')  # not an argument
STATEMENT = re.compile(r'(?:\+\+|--|\*)?[a-z_][\w:]*(?:(?:\.|->)\w+|\[[^]]*\]|\(\))*(?:\(| [-+*/|&]?= |\+\+|--).*;$')
NO_STATEMENT = re.compile(r'(?:return|using|const|auto|static|delete|else|if|while|for|switch|case|default|throw)\b')
CHARACTER = re.compile(r"'([^'\\])'")
# A table or a buffer with more room is the same.
NO_SITE = re.compile(r'\s*(?:(?:(?:static|const|constexpr|inline) )*[\w:<>]+ \w+\[[^]]*\];|#|template\b|static_assert\b|using\b|namespace\b|//|friend\b|__asm__|class \w+;|struct \w+;)')


def masked(text):
    """The text with comments and what is in quotes blanked out, byte for byte; and one without comments only."""
    both, comments = list(text), list(text)
    for found in re.finditer(r'//[^\n]*|"(?:[^"\\\n]|\\.)*"|(?<![0-9a-fA-F])\'(?:[^\'\\\n]|\\.)+\'', text):
        for at in range(*found.span()):
            both[at] = ' ' if found[0].startswith('//') else '~'
            if found[0].startswith('//'):
                comments[at] = ' '
    return ''.join(both), ''.join(comments)


def closing(text, at):
    """The parenthesis that closes the one at `at`; None when that is on another line."""
    depth = 0
    for i in range(at, len(text)):
        depth += {'(': 1, ')': -1}.get(text[i], 0)
        if depth == 0:
            return i
    return None


def changes(line, commented):
    """Yields kind, begin, end, replacement for a masked line."""
    for found in BINARY.finditer(line):
        token = found[1]
        kind = 'relation' if token in RELATIONS else 'operator'
        yield kind, *found.span(1), RELATIONS.get(token) or ARITHMETIC[token]
    for found in STEP.finditer(line):
        yield 'operator', *found.span(), '--' if found[0] == '++' else '++'
    for found in NUMBER.finditer(line):
        yield 'constant', *found.span(), str(int(found[1]) + 1)
        if int(found[1]) > 0:
            yield 'constant', *found.span(), str(int(found[1]) - 1)
    for found in CHARACTER.finditer(commented):
        yield 'constant', *found.span(), "'" + ('#' if found[1] != '#' else '%') + "'"
    for found in LIMIT.finditer(line):
        yield 'limit', *found.span(1), f'({found[1]} + 1)'
        yield 'limit', *found.span(1), f'({found[1]} - 1)'
    for found in TRUTH.finditer(line):
        yield 'truth', *found.span(), 'false' if found[0] == 'true' else 'true'
    for found in CONDITION.finditer(line):
        end = closing(line, found.end() - 1)
        if end is not None and ';' not in line[found.end():end]:
            yield 'negate', found.end(), found.end(), ('!(', end, ')')
            if line[end + 1:].rstrip().endswith(';') and line[:found.start()].strip() in ('', '} else', 'else'):
                yield 'delete', end + 1, len(line.rstrip()), ' {}'
    for found in CALL.finditer(line):
        one, two = found[1], found[2]
        if one != two and '~' not in one + two and not PARAMETER.search(one + ', ' + two):
            yield 'swap', *found.span(1), (two, found.span(2), one)
    statement = line.strip()
    if STATEMENT.match(statement) and not NO_STATEMENT.match(statement) and statement.count('(') == statement.count(')'):
        yield 'delete', len(line) - len(line.lstrip()), len(line.rstrip()), ';'


def spoiled(line, begin, end, how):
    """The line with one change."""
    if isinstance(how, str):
        return line[:begin] + how + line[end:]
    if how[0] == '!(':
        return line[:begin] + '!(' + line[begin:how[1]] + ')' + line[how[1]:]
    two, (second, last), one = how
    return line[:begin] + two + line[end:second] + one + line[last:]


def sites(text):
    """Yields line number from 0, kind, the changed line; lines without code give none."""
    plain = text.split('\n')
    code, commented = (part.split('\n') for part in masked(text))
    continued = False  # a macro goes on
    for number, line in enumerate(plain):
        skip, continued = continued or NO_SITE.match(line), line.endswith('\\')
        if skip:
            continue
        for kind, begin, end, how in changes(code[number], commented[number]):
            yield number, kind, spoiled(line, begin, end, how)
