// The table of rules: ids, names, severities and sentences, from rules.def.
#include <algorithm>
#include <iterator>

#include <pipexpr/check.h>

namespace pipexpr {
namespace {

struct Row {
  std::string_view id, name;
  Severity severity;
  std::string_view sentence;
};

constexpr Row kRows[] = {
#define PIPEXPR_RULE(id, name, severity, sentence) {#id, #name, Severity::severity, sentence},
#include <pipexpr/rules.def>
#undef PIPEXPR_RULE
};

const Row& row(Rule rule) { return kRows[static_cast<std::size_t>(rule)]; }

}  // namespace

std::string_view rule_id(Rule rule) { return row(rule).id; }
std::string_view rule_name(Rule rule) { return row(rule).name; }
Severity rule_severity(Rule rule) { return row(rule).severity; }
std::string_view rule_sentence(Rule rule) { return row(rule).sentence; }

std::string rule_page(Rule rule) {
  std::string page = "docs/rules.md#c";
  page += rule_id(rule).substr(1);
  page += '-';
  page += rule_name(rule);
  return page;
}

std::vector<Rule> all_rules() {
  std::vector<Rule> rules;
  for (std::size_t i = 0; i < std::size(kRows); ++i) rules.push_back(static_cast<Rule>(i));
  return rules;
}

std::optional<Rule> find_rule(std::string_view text) {
  for (std::size_t i = 0; i < std::size(kRows); ++i) {
    if (kRows[i].id == text || kRows[i].name == text) return static_cast<Rule>(i);
  }
  return std::nullopt;
}

}  // namespace pipexpr
