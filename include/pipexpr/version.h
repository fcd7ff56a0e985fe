// The version of pipexpr; the build reads it from here.
#pragma once

#define PIPEXPR_VERSION_MAJOR 0
#define PIPEXPR_VERSION_MINOR 1
#define PIPEXPR_VERSION_PATCH 0
#define PIPEXPR_VERSION_STRING "0.1.0"
