// Zone files (TZif, RFC 8536), as far as they have to be looked at before Howard Hinnant's date reads them: it takes
// them for sound, and ends the process when they are not.
#pragma once

#include <string>
#include <string_view>

namespace pipexpr::time {

// The bytes of a file; empty when it cannot be read.
std::string read_zone_file(const std::string& path);

// Whether the bytes are a whole zone file of a known version, every index and time in its range.
bool is_zone_file(std::string_view bytes);

// The last line of a file of version 2 or later: the rule for the time behind the last transition.
std::string_view footer_of(std::string_view bytes);

}  // namespace pipexpr::time
