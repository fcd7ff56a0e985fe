// Looks rules up by id, by name or by the beginning of an id.
#include "check_config/rule_selection.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/char_class.h"
#include "base/similar_names.h"

namespace pipexpr::check_config {
namespace {

// ", did you mean 'C901'?" among the rules' ids and names.
std::string similar_rule(std::string_view typed) {
  std::vector<std::string> words;
  for (const Rule rule : rules()) {
    words.emplace_back(rule_id(rule));
    words.emplace_back(rule_name(rule));
  }
  return base::did_you_mean(typed, words);
}

}  // namespace

std::vector<Rule> rules_named(std::string_view word, std::string& problem) {
  std::vector<Rule> rules;
  for (std::size_t at = 0; at <= word.size();) {
    const std::size_t comma = std::min(word.find(',', at), word.size());
    std::string_view one = word.substr(at, comma - at);
    while (one.starts_with(" ")) one.remove_prefix(1);
    while (one.ends_with(" ")) one.remove_suffix(1);
    at = comma + 1;
    const std::size_t before = rules.size();
    const bool is_prefix = one.size() >= 2 && one[0] == 'C' && pipexpr::base::is_digits(one.substr(1));
    for (const Rule rule : pipexpr::rules()) {
      if (rule_name(rule) == one || rule_id(rule) == one || (is_prefix && rule_id(rule).starts_with(one))) {
        rules.push_back(rule);
      }
    }
    if (rules.size() == before) {
      problem = fmt::format("there is no rule '{}'{}", one, similar_rule(one));
      return {};
    }
  }
  return rules;
}

}  // namespace pipexpr::check_config
