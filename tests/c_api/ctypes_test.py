#!/usr/bin/env python3
"""Uses the shared library through its C interface from Python's ctypes: no compiler, no header, no C++.

usage: ctypes_test.py LIBRARY       the path of libpipexpr.so
"""

import ctypes
import sys

NO_OBJECT = 2 ** 64 - 1
NO_TIME = -2 ** 63
DEFINITION = b'''{"objects": [
  {"id": "In", "path": "s3://in/#{format(@scheduledStartTime,'YYYY/MM/dd')}"},
  {"id": "Copy", "input": {"ref": "In"}}]}'''


class Context(ctypes.Structure):
    _fields_ = [('struct_size', ctypes.c_size_t), ('object', ctypes.c_uint64), ('scheduled_start', ctypes.c_int64),
                ('scheduled_end', ctypes.c_int64), ('attempt', ctypes.c_uint32)]


class Column(ctypes.Structure):
    _fields_ = [('struct_size', ctypes.c_size_t), ('data', ctypes.POINTER(ctypes.c_char)),
                ('offsets', ctypes.POINTER(ctypes.c_int64)), ('validity', ctypes.POINTER(ctypes.c_uint8)),
                ('rows', ctypes.c_size_t), ('failed', ctypes.c_size_t)]


class FieldColumn(ctypes.Structure):
    _fields_ = [('struct_size', ctypes.c_size_t), ('name', ctypes.c_char_p), ('name_size', ctypes.c_size_t),
                ('kind', ctypes.c_int32), ('holds_templates', ctypes.c_int32), ('values', ctypes.c_void_p),
                ('offsets', ctypes.c_void_p), ('validity', ctypes.c_void_p)]


class Rows(ctypes.Structure):
    _fields_ = [('struct_size', ctypes.c_size_t), ('count', ctypes.c_size_t), ('shared', ctypes.POINTER(Context)),
                ('objects', ctypes.c_void_p), ('starts', ctypes.c_void_p), ('ends', ctypes.c_void_p),
                ('attempts', ctypes.c_void_p), ('fields', ctypes.POINTER(FieldColumn)), ('field_count', ctypes.c_size_t),
                ('max_output_bytes', ctypes.c_uint64), ('max_steps', ctypes.c_uint64), ('max_errors', ctypes.c_size_t)]


class Batch(ctypes.Structure):
    _fields_ = [('struct_size', ctypes.c_size_t), ('format', ctypes.c_char_p), ('values', ctypes.c_void_p),
                ('offsets', ctypes.POINTER(ctypes.c_int64)), ('validity', ctypes.POINTER(ctypes.c_uint8)),
                ('rows', ctypes.c_size_t), ('failed', ctypes.c_size_t), ('errors', ctypes.c_size_t)]


INTEGER, NUMBER, DATETIME = 2, 3, 4


def declare(library):
    """Gives every function that is used here its types: ctypes takes an undeclared pointer for an int and cuts it."""
    pointer, size = ctypes.c_void_p, ctypes.c_size_t
    for name, result, arguments in (
            ('definition_load', ctypes.c_int32, [ctypes.c_char_p, size, pointer, pointer]),
            ('graph_of_definition', pointer, [pointer]),
            ('graph_find', ctypes.c_uint64, [pointer, ctypes.c_char_p, size]),
            ('expression_compile', ctypes.c_int32, [ctypes.c_char_p, size, pointer, pointer, pointer]),
            ('evaluator_new', pointer, []),
            ('parse_datetime', ctypes.c_int32, [ctypes.c_char_p, size, pointer]),
            ('evaluate', ctypes.c_int32, [pointer, pointer, pointer, pointer, pointer, pointer]),
            ('evaluate_column', ctypes.c_int32, [pointer, pointer, pointer, pointer, size, pointer]),
            ('evaluate_integer', ctypes.c_int32, [pointer, pointer, pointer, pointer, pointer]),
            ('evaluate_rows', ctypes.c_int32, [pointer, pointer, pointer, pointer, ctypes.c_int32, pointer]),
            ('evaluator_row_error', pointer, [pointer, size, pointer]),
            ('diagnostics_text', ctypes.c_char_p, [pointer, pointer]),
            ('evaluator_diagnostics', pointer, [pointer]),
            ('definition_release', None, [pointer]), ('graph_release', None, [pointer]),
            ('expression_release', None, [pointer]), ('evaluator_release', None, [pointer]),
            ('diagnostics_release', None, [pointer]), ('abi', ctypes.c_uint32, [])):
        function = getattr(library, 'pipexpr_' + name)
        function.restype, function.argtypes = result, arguments


def main(path):
    failures = []

    def same(what, found, expected):
        if found != expected:
            failures.append(f'{what}: expected {expected!r}, found {found!r}')

    lib = ctypes.CDLL(path)
    declare(lib)
    same('the interface', lib.pipexpr_abi(), 2)
    definition, why, expression = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_void_p()
    same('loading', lib.pipexpr_definition_load(DEFINITION, len(DEFINITION), ctypes.byref(definition), None), 0)
    graph = lib.pipexpr_graph_of_definition(definition)
    lib.pipexpr_definition_release(definition)
    evaluator = lib.pipexpr_evaluator_new()

    wrong = b'#{minusDay(@scheduledStartTime, 1)}'
    same('a typo', lib.pipexpr_expression_compile(wrong, len(wrong), None, ctypes.byref(expression), ctypes.byref(why)), 1)
    same('its diagnostic', lib.pipexpr_diagnostics_text(why, None).decode(), (
        "template:1:3: error[E201]: unknown function 'minusDay', did you mean 'minusDays'?\n"
        ' | #{minusDay(@scheduledStartTime, 1)}\n |   ^~~~~~~~\n'))
    lib.pipexpr_diagnostics_release(why)

    right = b'ls #{input.path}'
    same('compiling', lib.pipexpr_expression_compile(right, len(right), None, ctypes.byref(expression), None), 0)
    start = ctypes.c_int64()
    same('a time', lib.pipexpr_parse_datetime(b'2024-05-24T17:00:00', 19, ctypes.byref(start)), 0)
    copy = lib.pipexpr_graph_find(graph, b'Copy', 4)
    rows = 1000
    contexts = (Context * rows)(*(Context(ctypes.sizeof(Context), copy, start.value + day * 86_400_000, NO_TIME, 0)
                                  for day in range(rows)))
    text, size = ctypes.c_char_p(), ctypes.c_size_t()
    same('evaluating', lib.pipexpr_evaluate(evaluator, expression, graph, ctypes.byref(contexts[0]), ctypes.byref(text),
                                            ctypes.byref(size)), 0)
    same('the text', text.value, b'ls s3://in/2024/05/24')
    contexts[7].scheduled_start = NO_TIME
    column = Column(struct_size=ctypes.sizeof(Column))
    same('a column', lib.pipexpr_evaluate_column(evaluator, expression, graph, contexts, rows, ctypes.byref(column)), 1)
    same('its failed rows', column.failed, 1)
    same('row 6', column.data[column.offsets[6]:column.offsets[7]], b'ls s3://in/2024/05/30')
    same('row 7', (column.data[column.offsets[7]:column.offsets[8]], column.validity[0]), (b'', 0x7F))
    same('the last row', column.data[column.offsets[rows - 1]:column.offsets[rows]], b'ls s3://in/2027/02/17')

    # Many rows in columns: an array of numbers goes in, one of times comes out.
    def compiled(text):
        made = ctypes.c_void_p()
        same(f'compiling {text}', lib.pipexpr_expression_compile(text, len(text), None, ctypes.byref(made), None), 0)
        return made

    def evaluated(which, given, kind, item):
        made = Batch(struct_size=ctypes.sizeof(Batch))
        status = lib.pipexpr_evaluate_rows(evaluator, which, graph, ctypes.byref(given), kind, ctypes.byref(made))
        return status, made, ctypes.cast(made.values, ctypes.POINTER(item))

    starts = (ctypes.c_int64 * rows)(*(start.value + day * 86_400_000 for day in range(rows)))
    hours = (ctypes.c_double * rows)(*(day / 4 for day in range(rows)))
    field = FieldColumn(ctypes.sizeof(FieldColumn), b'x', 1, NUMBER, 0, ctypes.addressof(hours), None, None)
    given = Rows(struct_size=ctypes.sizeof(Rows), count=rows, shared=ctypes.pointer(contexts[0]),
                 starts=ctypes.addressof(starts), fields=ctypes.pointer(field), field_count=1, max_output_bytes=1 << 32,
                 max_steps=2 ** 64 - 1, max_errors=20)
    midnight, quarter = compiled(b'#{midnight(@scheduledStartTime)}'), compiled(b'#{1 / x}')
    status, made, values = evaluated(midnight, given, DATETIME, ctypes.c_int64)
    same('times', (status, made.format, made.rows, made.failed), (0, b'tsm:UTC', rows, 0))
    same('the last', values[rows - 1], starts[rows - 1] // 86_400_000 * 86_400_000)
    status, made, values = evaluated(quarter, given, NUMBER, ctypes.c_double)
    same('numbers', (status, made.format, made.rows, made.failed, made.errors), (1, b'g', rows, 1, 1))
    same('the second', (values[1], made.validity[0]), (4.0, 0xFE))
    failed_row = ctypes.c_size_t(77)
    why = lib.pipexpr_evaluator_row_error(evaluator, 0, ctypes.byref(failed_row))
    same('the failed row', (failed_row.value, b'division by zero' in lib.pipexpr_diagnostics_text(why, None)), (0, True))
    whole = compiled(b'#{6 * 7}')
    value = ctypes.c_int64()
    same('an integer', lib.pipexpr_evaluate_integer(evaluator, whole, graph, None, ctypes.byref(value)), 0)
    same('its value', value.value, 42)
    for one in (midnight, quarter, whole):
        lib.pipexpr_expression_release(one)

    lib.pipexpr_expression_release(expression)
    lib.pipexpr_graph_release(graph)
    lib.pipexpr_evaluator_release(evaluator)
    for failure in failures[:20]:
        print(failure)
    print(f'ctypes: {len(failures)} failures')
    return 1 if failures else 0


if __name__ == '__main__':
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
