#!/usr/bin/env python3
"""Writes docs/rules.md: every rule of the checker, from rules.def, with a bad and a good example from tests/check.

usage: rules.py [--check]      write the page, or say that it is out of date
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / 'docs/rules.md'
RULE = re.compile(r'^PIPEXPR_RULE\((C\d+), (\w+), (\w+), (\w+), (\w+), "((?:[^"\\]|\\.)*)"\)$', re.MULTILINE)
GROUPS = {
    '1': 'The text of expressions',
    '2': 'Functions and values',
    '3': 'Names and references',
    '4': 'Slots',
    '5': 'Parameters',
    '6': 'The graph of objects',
    '7': 'Limits of the service',
    '8': 'Secrets',
    '9': 'Dates',
}
# Why it matters and what to do about it.
NOTES = {
    'C101': 'The service would refuse the definition, or fail when the field is first needed. [errors.md](errors.md) explains '
            'each syntax error.',
    'C102': 'Everything after `#{` up to the next `}` is taken for the expression, often the rest of the field. A text that '
            "really has `#{` in it writes `#{'#{'}`.",
    'C103': 'Without quotes, `YYYY-MM-dd` reads as a subtraction of three fields. It happens when a definition passes through '
            'a shell or a template engine, and when an editor puts typographic quotes.',
    'C104': 'Terraform, CloudFormation and shells replace `${...}`. Inside `#{...}` it has no meaning: the other tool has '
            'not run, or did not know the name. Outside of expressions `${...}` is plain text and fine.',
    'C105': '`{x}` is what is left when `#` was taken for a comment, and how other template languages write; `#@{x}` is what a plugin '
            'makes of it. Shell variables in commands and scripts are left alone.',
    'C201': '`pipexpr functions` lists all there are. The language has no functions on texts.',
    'C202': '`pipexpr functions NAME` shows what a function takes. In `x.f(y)` the part before the dot is the first argument.',
    'C203': 'A field\'s kind comes from the [slot table](language.md): `schedule.period` is a period, `@scheduledStartTime` a '
            'date-time, a field of your own a string. Strings that read as a date-time or a number will do.',
    'C204': 'Use `plusDays`, `minusHours` and the like on date-times, or `format` them first.',
    'C205': 'It has no value whatever the run is, so it can be found now.',
    'C206': "`+` goes from left to right, and from the first text on it appends: `'a' + 1 + 2` is `a12`.",
    'C301': 'Names are looked up among the fields of the object, those it inherits, the parameters, and last the ids of '
            'objects. A field of `Default` is evaluated in the objects that inherit it, and is reported only when it is wrong '
            'in all of them.',
    'C302': 'After a reference only the fields of that object count, own and inherited; parameters do not. When an alarm '
            'belongs to several activities, each must have the field.',
    'C303': 'Names of runtime fields begin with `@`, and the service knows no others.',
    'C304': 'The service sets these fields on objects that run: activities, data nodes, resources and preconditions. In an alarm, '
            'write `node.@scheduledStartTime`. The table is that of the service\'s guide.',
    'C305': 'The service follows several references to ordinary fields, but one only to a runtime field.',
    'C306': '`node` is whatever refers to an alarm or a precondition. Nothing else has one.',
    'C307': 'Only references have fields. A method such as `x.year()` needs its parentheses.',
    'C308': 'The evaluation could never end, so that it is refused.',
    'C309': 'Such a text is evaluated when the object begins, and the field is unset then: `null` in its place. Alarms and what '
            'depends on the object read it through a reference, as in `node.@actualEndTime`. Fields of your own are not looked at: they may '
            'be for those.',
    'C310': 'A path with `@scheduledStartTime` in it, `id`, `name`, `@status`: a daily run has many hourly ones, or none of the same '
            'start. Neither AWS\'s guide nor a published definition has such a reference; [language.md](language.md#fields-that-refer-to-fields) '
            'and [service.md](service.md#how-pipelines-run) say what is done here. Schedules with the same period and start count as one; '
            'alarms and preconditions run with the objects that they belong to.',
    'C401': 'The service takes ids, names, types and references as they are written: `#{...}` stays in them. A reference is an error, '
            'as there is no object of such an id.',
    'C402': 'Expressions are looked at when their value is the same in every run. Values that another tool puts in '
            '(`${...}`) are left alone.',
    'C403': 'Reported when a field is very near to one that the type has, and that is not given. Fields of your own begin with '
            '`my` and are never reported. Where the type needs the field, it is an error, which stands for the missing field.',
    'C404': 'The field may also come from `Default` or another parent.',
    'C405': 'An `input` is a data node, `runsOn` a resource, `onFail` an action, and so on. Activities of Hadoop run on an EmrCluster, and a '
            'RedshiftCopyActivity has Redshift at one of its ends.',
    'C406': 'An old page of the guide shows a call without braces. It is plain text, and so is one in `${...}`. Within other '
            'text, what names a runtime field is taken for a call.',
    'C407': 'A schedule has one start, at most one of `endDateTime` and `occurrences`, and ends after it has begun; '
            '[schedules.md](schedules.md) has the whole.',
    'C408': 'For `parent` and `schedule` the message is the service\'s own; for other fields it is made after those two. '
            '`{"ref": "ID"}`, in the API\'s form `refValue`, makes it a reference.',
    'C409': 'Some fields take several values, as a JSON array or as a repeated key. Quotes and brackets inside of one text are part '
            'of that text.',
    'C410': 'What an expression gives is looked at when it is the same in every run: `s3://b/` from a parameter and `/x` after it '
            'make `s3://b//x`. What another tool fills in, `${...}`, may be anything.',
    'C411': 'Names with `@` are fields that exist only while a pipeline runs, says the guide, and so are `errorMessage`, `hostname` '
            'and their like. What the service sets counts; what the file says is neither read nor shown. How the service took such fields is '
            'not known. Instances, as DescribeObjects lists them, are left alone.',
    'C412': 'Repeated keys and arrays are lists, which the guide describes for some fields, such as `step`, `input` and `scriptArgument`. '
            'Of the others, only those that surely take one value are looked at. Two types are an error.',
    'C414': 'A pipeline runs on demand as a whole: "it must be specified in the default object and must be the only scheduleType '
            'specified", the guide says of each type of object.',
    'C413': '`onLateAction` acts when an object is later than `lateAfterTimeout` says. The field may come from a parent.',
    'C501': 'It may also mean that a name is misspelt where it is used.',
    'C502': 'Reported only in files that declare parameters: those without may have theirs in a file of their own.',
    'C503': 'The service ignores such a value, or refuses it. Often the name is misspelt.',
    'C504': 'The definition cannot be activated until the value is set. A template that is meant to be filled in is '
            'fine: leave this rule out with `--ignore C504` or in [.pipexpr.json](checking.md#leaving-findings-out).',
    'C505': 'The types are String, Integer, Double and AWS::S3::ObjectKey.',
    'C506': 'Letter case counts.',
    'C507': 'The service\'s guide asks for the prefix, so that parameters and fields cannot be confused.',
    'C508': 'Leave the attribute out.',
    'C601': 'Of two objects with one id only one could be meant by a reference. The file is not looked at further.',
    'C602': 'The service refuses such a definition.',
    'C603': 'Without a type the service cannot know what to do with the object. `Default` and objects that are only parents '
            'need none.',
    'C604': 'The types are those of the service\'s guide. The other rules take the object to be of the type that was meant.',
    'C605': 'The file is not looked at further.',
    'C606': 'None of them would ever start.',
    'C607': 'Data nodes, resources, schedules, alarms, preconditions, formats and databases have an effect only through '
            'activities that refer to them.',
    'C608': 'The message says what was expected, and where.',
    'C609': 'A run that is repeated reads what it has written itself.',
    'C701': 'The service takes 100 objects in a pipeline.',
    'C702': 'The service takes 50 fields in an object; the values of a list count one each.',
    'C703': '10,240 bytes; 2,048 in the profile `older`. The service\'s guide gives its sizes twice, and differently.',
    'C704': '15,360 bytes with the names of the fields; 20,480 in the profile `older`.',
    'C705': '256 bytes.',
    'C706': 'The service takes 50 parameters.',
    'C707': 'The service takes 15,360 bytes of values.',
    'C708': 'The service allows 5.',
    'C709': 'The service waits two minutes or more.',
    'C710': 'The shortest period is 15 minutes, the longest three years.',
    'C801': 'The value of a name with `*` is stored encrypted and never shown, but a command, message or path that it flows '
            'into is stored and logged in clear. Give the secret to the program in another way, such as a file that only its '
            'role can read.',
    'C802': 'Values of names with `*` and of names such as `myPassword`, access keys of AWS, what follows `password=`, `--password`, '
            '`--token` or `mysql -p` in a string, and `//user:password@host`. Stand-ins such as `<password>` are left alone, and so are '
            'what names a place (`file:///x`, `~/pw`, `prod/db/pw`) and what follows `--password` of a client that asks for it. The value is in no message and no snippet.',
    'C901': '`hh` runs from 01 to 12. The runs of the afternoon get the paths of the morning and overwrite them.',
    'C902': '`mm` is minutes, so that `yyyymmdd` is 20240024 at midnight in every month of the year.',
    'C903': '`MM` is the month: in May, `HH:MM` is always five past.',
    'C904': '`DD` counts from New Year: 24 May is 145. The guide itself has this misprint.',
    'C905': 'Around New Year the year of a week is not that of its days: 30 December 2024 is in week 1 of 2025. Joda writes '
            'the year of the week as `xxxx`; unlike in other languages `YYYY` is the calendar year.',
    'C906': 'Letters without a meaning are refused when the pattern is used, and words are read as fields where they can be. '
            'In an expression, put the pattern in double quotes and the text in single ones.',
    'C907': '`SS` is hundredths of a second, and always 00 in scheduled times.',
    'C908': 'Every run between two changes of the path writes over the one before. The check looks at the paths of S3 data '
            'nodes that are an `output`, follows fields and parameters, and is silent when the path has no time in it at all.',
    'C909': 'The check looks at output paths that are written every hour or more often. In winter the clock is set back, and one hour '
            'comes twice.',
    'C910': 'strftime, Oracle and PostgreSQL, .NET, Java\'s DateTimeFormatter and moment.js are known. The whole pattern is translated '
            'or nothing of it. A warning when the pattern has a value nevertheless.',
    'C911': 'The path is evaluated, with the values and defaults of parameters, in the first runs and in those at which calendars and '
            'clocks do something unusual, within six years. A path that another rule of this group has a finding about is left alone, and '
            'so is one that is not known before a run, and one that is the same in all runs. A path with no year in it, as with the day of '
            'the week or the hour alone, is left alone, too: it comes round, and an owner may well keep seven files in turn.',
}
INTRODUCTION = '''# Rules of the checker

<!-- Generated by docs/rules.py from rules.def and tests/check: edit those, not this page. -->

What `pipexpr check` looks for; how to use it is in [checking.md](checking.md). Each rule has an example that it finds
and one that is fine, both parts of the tests. A line of a finding has the rule, the object and field, the text that is
marked, and the message; *fix* is what the text becomes.
'''


TIERS = {'=': 'fix', '~': 'fix, by --unsafe-fixes', '!': 'suggestion'}


def rules():
    for rule, name, *kind, sentence in RULE.findall((ROOT / 'include/pipexpr/rules.def').read_text()):
        yield rule, name, kind, re.sub(r'\\(.)', r'\1', sentence)


def cases():
    """rule -> good or bad -> (title, source lines, expected lines) of the first case."""
    found = {}
    for path in sorted((ROOT / 'tests/check').glob('*.test')):
        case = None
        for line in path.read_text().splitlines():
            start = re.match(r'(good|bad) (\S+) (.*)', line)
            if start:
                case = (start.group(3), [], [])
                found.setdefault(start.group(2), {}).setdefault(start.group(1), case)
            elif case and line[:2] in ('> ', '= ', '~ ', '! '):
                case[2].append(line)
            elif case and line and line[0] != '#':
                case[1].append(line)
    return found


def spread(objects):
    """One object a line."""
    return re.sub(r'\}, \{"id"', '},\n{"id"', re.sub(r'<<(.*?)\*(\d+)>>', r'...\1 \2 times...', objects))


def source(lines):
    names = {'o': 'objects', 'p': 'parameters', 'v': 'values'}
    out = []
    for line in lines:
        text = spread(line[2:])
        out.append(text if line[0] in 'of' else f'"{names[line[0]]}": ' + ('{%s}' if line[0] == 'v' else '[%s]') % text)
    return '```json\n' + '\n'.join(out) + '\n```\n'


def expected(lines):
    out = []
    for line in lines:
        mark, text = line[:2], re.sub(r'(\w)\1{60,}', r'\1\1\1...', line[2:])
        out.append(text if mark == '> ' else f'  {TIERS[mark[0]]}: {text}'.rstrip())
    return '```text\n' + '\n'.join(out) + '\n```\n'


def page():
    out, group, examples = [INTRODUCTION], '', cases()
    for rule, name, (severity, certainty, evidence), sentence in rules():
        if rule[1] != group:
            group = rule[1]
            out.append(f'\n## {GROUPS[group]}\n')
        bad, good = examples[rule]['bad'], examples[rule]['good']
        out.append(f'\n### {rule} {name}\n\n*{severity.capitalize()}, {certainty}, {evidence}.* {sentence} {NOTES[rule]}\n')
        out.append(f'\nBad, {bad[0]}:\n\n{source(bad[1])}\n{expected(bad[2])}')
        out.append(f'\nGood, {good[0]}:\n\n{source(good[1])}')
    return ''.join(out)


def main():
    text = page()
    if '--check' in sys.argv:
        if not PAGE.exists() or PAGE.read_text() != text:
            sys.exit('docs/rules.md is out of date; run docs/rules.py')
    else:
        PAGE.write_text(text)


if __name__ == '__main__':
    main()
