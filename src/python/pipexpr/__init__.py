"""AWS Data Pipeline definitions and their expressions, evaluated offline.

>>> import pipexpr
>>> pipexpr.evaluate("#{format(@scheduledStartTime,'YYYY-MM-dd')}", '2024-05-24T17:00:00')
'2024-05-24'
"""

from ._definition import Definition, Difference, Instance, Run, Schedule
from ._error import Diagnostic, Error
from ._expression import Column, Expression, evaluate
from ._pipexpr import __version__

__all__ = ['Column', 'Definition', 'Diagnostic', 'Difference', 'Error', 'Expression', 'Instance', 'Run', 'Schedule',
           '__version__', 'evaluate']
