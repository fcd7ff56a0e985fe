// Reads .pipexpr.json and applies it: findings that are known and meant to stay.
#include "cli/suppressions.h"

#include <fmt/format.h>
#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include <utility>

#include "base/similar_names.h"
#include "cli/output/json_output.h"

namespace cli {
namespace {

std::string_view text_of(const rapidjson::Value& value) { return {value.GetString(), value.GetStringLength()}; }

}  // namespace

bool matches_glob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, from = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      from = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++from;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::string similar_rule(std::string_view typed) {
  std::vector<std::string> words;
  for (const pipexpr::Rule rule : pipexpr::rules()) {
    words.emplace_back(pipexpr::rule_id(rule));
    words.emplace_back(pipexpr::rule_name(rule));
  }
  return pipexpr::base::did_you_mean(typed, words);
}

std::string Suppressions::read(std::string_view json) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
  if (document.HasParseError()) {
    const auto place = pipexpr::locate(json, document.GetErrorOffset());
    return fmt::format("{}:{}: {}", place.line, place.column, json_fault(document.GetParseError()));
  }
  if (!document.IsObject()) return "expected an object with \"check\"";
  for (const auto& member : std::as_const(document).GetObject()) {
    if (text_of(member.name) != "check") return fmt::format("expected \"check\", found '{}'", text_of(member.name));
  }
  if (!document.HasMember("check")) return {};
  const rapidjson::Value& check = document["check"];
  if (!check.IsObject()) return "expected \"check\" to be an object";
  for (const auto& member : check.GetObject()) {
    const std::string_view name = text_of(member.name);
    if (name == "profile") {
      const std::string_view word = member.value.IsString() ? text_of(member.value) : "";
      if (word != "current" && word != "older") return "expected \"profile\" to be \"current\" or \"older\"";
      profile = word == "older" ? pipexpr::LimitProfile::older : pipexpr::LimitProfile::current;
      continue;
    }
    if (name != "ignore") return fmt::format("expected \"ignore\" or \"profile\", found '{}'", name);
    if (!member.value.IsArray()) return "expected \"ignore\" to be an array";
    for (const auto& item : member.value.GetArray()) {
      Entry entry;
      std::string_view wanted;
      if (item.IsString()) wanted = text_of(item);
      if (item.IsObject()) {
        for (const auto& part : item.GetObject()) {
          const std::string_view key = text_of(part.name);
          if (!part.value.IsString()) return fmt::format("expected '{}' to be a string", key);
          if (key == "rule") {
            wanted = text_of(part.value);
          } else if (key == "object") {
            entry.object = text_of(part.value);
          } else if (key == "field") {
            entry.field = text_of(part.value);
          } else if (key == "file") {
            entry.file = text_of(part.value);
          } else if (key != "reason") {
            return fmt::format("expected \"rule\", \"object\", \"field\", \"file\" or \"reason\", found '{}'", key);
          }
        }
      }
      const auto rule = pipexpr::find_rule(wanted);
      if (!rule) return fmt::format("there is no rule '{}'{}", wanted, similar_rule(wanted));
      entry.rule = *rule;
      entries_.push_back(std::move(entry));
    }
  }
  return {};
}

bool Suppressions::covers(const pipexpr::Finding& finding, std::string_view file) const {
  for (const Entry& entry : entries_) {
    if (entry.rule == finding.rule && matches_glob(entry.object, finding.object) &&
        matches_glob(entry.field, finding.field) && matches_glob(entry.file, file)) {
      return true;
    }
  }
  return false;
}

}  // namespace cli
