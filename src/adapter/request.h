// Requests, as far as they are texts: headers by name, and names and values of a query.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pipexpr/adapter.h>

namespace pipexpr::adapter {

bool same_header(std::string_view a, std::string_view b);

// name=value&name=value, decoded, with a '+' for a blank. The one decoding of a query, for its signature as for its
// values: what was signed is what is read.
std::vector<std::pair<std::string, std::string>> parse_query(std::string_view text);
// %XX for everything but letters, digits and -_.~
std::string percent_encode(std::string_view text, bool keep_slash = false);

}  // namespace pipexpr::adapter
