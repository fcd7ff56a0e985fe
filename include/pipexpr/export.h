// Marks what the shared library exports; everything else is hidden.
#pragma once

#define PIPEXPR_API __attribute__((visibility("default")))
