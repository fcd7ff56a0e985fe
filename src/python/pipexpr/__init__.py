"""AWS Data Pipeline definitions and their expressions, evaluated offline.

>>> import pipexpr
>>> pipexpr.evaluate("#{format(@scheduledStartTime,'YYYY-MM-dd')}", '2024-05-24T17:00:00')
'2024-05-24'
"""

from . import _pipexpr
from ._columns import Column
from ._definition import Definition, Difference, Instance, Run, Schedule
from ._error import Diagnostic, Error, PathStep, make
from ._expression import Expression, evaluate
from ._functions import Functions
from ._pipexpr import __version__
from ._times import to_datetime, to_millis
from ._values import Field, Graph, Period, Ref

_pipexpr.connect(to_millis, to_datetime, make, Field, Ref, Period)

__all__ = ['Column', 'Definition', 'Diagnostic', 'Difference', 'Error', 'Expression', 'Field', 'Functions', 'Graph',
           'Instance', 'PathStep', 'Period', 'Ref', 'Run', 'Schedule', '__version__', 'evaluate']
