"""Columns by Arrow's C data interface, read as any consumer reads it: two C structures and their release functions."""

import ctypes
import gc

import numpy
import pytest

import pipexpr


class Schema(ctypes.Structure):
    pass


class Array(ctypes.Structure):
    pass


Schema._fields_ = [('format', ctypes.c_char_p), ('name', ctypes.c_char_p), ('metadata', ctypes.c_void_p),
                   ('flags', ctypes.c_int64), ('n_children', ctypes.c_int64), ('children', ctypes.c_void_p),
                   ('dictionary', ctypes.c_void_p), ('release', ctypes.CFUNCTYPE(None, ctypes.POINTER(Schema))),
                   ('private_data', ctypes.c_void_p)]
Array._fields_ = [('length', ctypes.c_int64), ('null_count', ctypes.c_int64), ('offset', ctypes.c_int64),
                  ('n_buffers', ctypes.c_int64), ('n_children', ctypes.c_int64),
                  ('buffers', ctypes.POINTER(ctypes.c_void_p)), ('children', ctypes.c_void_p),
                  ('dictionary', ctypes.c_void_p), ('release', ctypes.CFUNCTYPE(None, ctypes.POINTER(Array))),
                  ('private_data', ctypes.c_void_p)]

get_pointer = ctypes.pythonapi.PyCapsule_GetPointer
get_pointer.restype, get_pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]


def bit(address, row):
    return ctypes.cast(address, ctypes.POINTER(ctypes.c_uint8))[row // 8] >> row % 8 & 1


def consume(column):
    """The values of a column by its capsules alone, and then released, as a consumer that takes them over does."""
    first, second = column.__arrow_c_array__()
    schema = Schema.from_address(get_pointer(first, b'arrow_schema'))
    array = Array.from_address(get_pointer(second, b'arrow_array'))
    del column
    gc.collect()  # what is read belongs to the capsules alone
    assert (schema.n_children, array.n_children, array.offset, schema.flags) == (0, 0, 0, 2)
    values = []
    for row in range(array.length):
        if not bit(array.buffers[0], row):
            values.append(None)
        elif schema.format == b'U':
            offsets = ctypes.cast(array.buffers[1], ctypes.POINTER(ctypes.c_int64))
            values.append(ctypes.string_at(array.buffers[2] + offsets[row], offsets[row + 1] - offsets[row]).decode())
        elif schema.format == b'b':
            values.append(bool(bit(array.buffers[1], row)))
        else:
            kind = ctypes.c_double if schema.format == b'g' else ctypes.c_int64
            values.append(ctypes.cast(array.buffers[1], ctypes.POINTER(kind))[row])
    assert array.n_buffers == (3 if schema.format == b'U' else 2) and array.null_count == values.count(None)
    found = schema.format
    array.release(array)
    schema.release(schema)
    assert not array.release and not schema.release
    return found, values


@pytest.mark.parametrize('text, kind, want', [
    ('<#{1 / x}>', 'text', (b'U', ['<1.0>', None, '<0.25>'])), ('#{1 / x}', 'number', (b'g', [1.0, None, 0.25])),
    ('#{plusDays(@scheduledStartTime, 1)}', 'datetime', (b'tsm:UTC', [86400000] * 3)), ('#{2 + 3}', 'integer', (b'l', [5] * 3)),
    ('#{yes}', 'boolean', (b'b', [True, False, True]))])
def test_a_consumer_reads_what_the_column_holds(text, kind, want):
    fields = {'x': numpy.array([1.0, 0.0, 4.0]), 'yes': [True, False, True]}
    expression = pipexpr.Expression(text)
    assert consume(expression.evaluate_many([0, 0, 0], fields=fields, kind=kind, errors='none')) == want


def test_many_rows_and_none():
    assert consume(pipexpr.Expression('#{x}').evaluate_many(fields={'x': numpy.arange(1000)}))[1] == list(map(str, range(1000)))
    assert consume(pipexpr.Expression('#{x}').evaluate_many(fields={'x': []})) == (b'U', [])


def test_what_is_not_taken_over_is_released():
    column = pipexpr.Expression('#{x}').evaluate_many(fields={'x': [1]})
    for _ in range(1000):
        column.__arrow_c_array__()
        column.__arrow_c_schema__()


def test_arrays_cannot_be_written():
    column = pipexpr.Expression('#{x}').evaluate_many(fields={'x': [1]})
    for array in (column.data, column.offsets, column.validity):
        with pytest.raises(ValueError):
            array[0] = 0
