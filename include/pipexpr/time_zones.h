// Where time zones come from.
//
//   pipexpr::set_time_zone_directory("/opt/zones-2025b");     // before the first zone is asked for
//   pipexpr::time_zone_database_source();                     // "/opt/zones-2025b/"
#pragma once

#include <string>
#include <string_view>

#include <pipexpr/export.h>

namespace pipexpr {

// Sets the folder that zones are read from, one with zone files such as "/usr/share/zoneinfo". Without this it is the
// folder that the environment variable TZDIR names; else the zones in the program, when it was built with
// PIPEXPR_EMBEDDED_ZONES; else /usr/share/zoneinfo. All of a process's zones come from one place: false, and nothing is
// changed, once a zone, the version or the source has been asked for, or when the path is empty. Safe from any thread;
// TZDIR is read once, when the first zone is asked for, and no thread may change the environment then.
PIPEXPR_API bool set_time_zone_directory(std::string_view path);

// The folder that zones are read from, with '/' at its end, or "embedded".
PIPEXPR_API std::string time_zone_database_source();

}  // namespace pipexpr
