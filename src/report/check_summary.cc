// Counts findings by rule and by severity.
#include "report/check_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace pipexpr::report {
namespace {

std::string counted(std::size_t count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

// One line for each rule, the worst and most frequent first.
std::string by_rule(const std::vector<CheckedFile>& files) {
  struct Count {
    std::size_t findings = 0, places = 0, files = 0;
    Severity severity = Severity::note;
  };
  std::map<Rule, Count> counts;
  for (const CheckedFile& file : files) {
    std::map<Rule, bool> here;
    for (const Finding& finding : file.findings) {
      Count& count = counts[finding.rule];
      ++count.findings;
      count.places += 1 + finding.related.size();
      if (finding.severity == Severity::error) count.severity = finding.severity;
      if (count.severity == Severity::note) count.severity = finding.severity;
      if (!std::exchange(here[finding.rule], true)) ++count.files;
    }
  }
  if (counts.size() < 2) return {};
  std::vector<std::pair<Rule, Count>> rows(counts.begin(), counts.end());
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    const bool worse = a.second.severity == Severity::error, other = b.second.severity == Severity::error;
    return worse != other ? worse : a.second.findings > b.second.findings;
  });
  std::string out;
  for (const auto& [rule, count] : rows) {
    out += fmt::format("{:>6}  {:<7}  {} {} ({}, {}){}{}\n", count.findings, severity_name(count.severity),
                       rule_id(rule), rule_name(rule), certainty_name(rule_certainty(rule)), rule_evidence(rule),
                       count.places > count.findings ? fmt::format(" in {}", counted(count.places, "place")) : "",
                       count.files > 1 ? fmt::format(" in {}", counted(count.files, "file")) : "");
  }
  return out;
}

}  // namespace

std::string check_summary(const std::vector<CheckedFile>& files, const FixCounts& fixes) {
  std::size_t errors = 0, warnings = 0, objects = 0, expressions = 0, read = 0;
  for (const CheckedFile& file : files) {
    if (file.problem.empty() && !file.is_beside) ++read;
    objects += file.objects;
    expressions += file.expressions;
    for (const Finding& finding : file.findings) {
      ++(finding.severity == Severity::error ? errors : warnings);
    }
  }
  if (read == 0) return "nothing was checked\n";
  std::string out = by_rule(files);
  out += fmt::format("{}, {} in {} with {}", counted(errors, "error"), counted(warnings, "warning"),
                     counted(read, "file"), counted(objects, "object"));
  out += fmt::format(" and {}", counted(expressions, "expression"));
  if (fixes.written != 0) out += fmt::format("; {} fixed", fixes.written);
  const std::string_view least = fixes.is_least ? "at least " : "", more = fixes.safe != 0 ? " more" : "";
  if (fixes.safe != 0) out += fmt::format("; --fix repairs {}{}", least, fixes.safe);
  if (fixes.unsafe != 0)
    out += fmt::format("; --unsafe-fixes repairs {}{}{} and changes values", least, fixes.unsafe, more);
  return out + "\n";
}

}  // namespace pipexpr::report
