// The table of rules: ids, names, severities and sentences, from rules.def.
#include <algorithm>
#include <iterator>

#include <pipexpr/check.h>

namespace pipexpr {
namespace {

struct Row {
  std::string_view id, name;
  Severity severity;
  Certainty certainty;
  std::string_view evidence, description;
};

constexpr Row kRows[] = {
#define PIPEXPR_RULE(id, name, severity, certainty, evidence, description) \
  {#id, #name, Severity::severity, Certainty::certainty, #evidence, description},
#include <pipexpr/rules.def>
#undef PIPEXPR_RULE
};

const Row& row(Rule rule) {
  static constexpr Row kNone{"", "", Severity::error, Certainty::likely, "", ""};
  const auto at = static_cast<std::size_t>(rule);
  return at < std::size(kRows) ? kRows[at] : kNone;
}

}  // namespace

std::string_view rule_id(Rule rule) { return row(rule).id; }
std::string_view rule_name(Rule rule) { return row(rule).name; }
Severity rule_severity(Rule rule) { return row(rule).severity; }
std::string_view rule_description(Rule rule) { return row(rule).description; }

Certainty rule_certainty(Rule rule) { return row(rule).certainty; }
std::string_view rule_evidence(Rule rule) { return row(rule).evidence; }

std::string_view certainty_name(Certainty certainty) { return certainty == Certainty::certain ? "certain" : "likely"; }

std::string_view fix_tier_name(FixTier tier) {
  return tier == FixTier::safe ? "safe" : tier == FixTier::unsafe_fix ? "unsafe" : "display";
}

std::string rule_page(Rule rule) {
  if (rule_id(rule).empty()) return "";
  std::string page = "docs/rules.md#c";
  page += rule_id(rule).substr(1);
  page += '-';
  page += rule_name(rule);
  return page;
}

std::span<const Rule> rules() {
  static constexpr Rule kRules[] = {
#define PIPEXPR_RULE(id, name, severity, certainty, evidence, description) Rule::name,
#include <pipexpr/rules.def>
#undef PIPEXPR_RULE
  };
  return kRules;
}

std::optional<Rule> find_rule(std::string_view text) {
  for (std::size_t i = 0; i < std::size(kRows); ++i) {
    if (kRows[i].id == text || kRows[i].name == text) return static_cast<Rule>(i);
  }
  return std::nullopt;
}

}  // namespace pipexpr
