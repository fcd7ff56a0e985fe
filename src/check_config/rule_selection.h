// Which rules a user means by a word: in options such as --rule, and in .pipexpr.json.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/check.h>

namespace pipexpr::check_config {

// The rules that a word names: an id or a name, the beginning of an id (C9 is all of C901 to C910), or several with
// commas between. Empty with a message: one of them is no rule.
std::vector<Rule> rules_named(std::string_view word, std::string& problem);

}  // namespace pipexpr::check_config
