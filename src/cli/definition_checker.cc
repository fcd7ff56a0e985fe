// One file after the other: read, checked, what is known left out, repaired.
#include "cli/definition_checker.h"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <limits>
#include <tuple>
#include <utility>

#include "base/definition_lists.h"
#include "base/shown.h"
#include "base/similar_names.h"
#include "check_config/glob.h"
#include "cli/command_context.h"
#include "cli/io/input.h"
#include "forms/file_kind.h"
#include "forms/load.h"
#include "forms/parameter_values.h"
#include "process/interrupt.h"
#include "report/unified_diff.h"

namespace cli {
namespace {

namespace fs = std::filesystem;

// What a JSON file in a folder is, when it is no definition.
struct OtherFile {
  bool is_definition = true;  // or something that was meant as one
  std::string hint;           // what it could have been
};

OtherFile kind_of(std::string_view json, std::string_view path) {
  OtherFile other;
  if (pipexpr::forms::is_terraform_language(path, json)) {
    other.is_definition = false;
    if (json.find("aws_datapipeline_pipeline_definition") != std::string_view::npos)
      other.hint = "it is Terraform's language; check what 'terraform show -json' prints for it";
    return other;
  }
  const bool is_template = pipexpr::forms::may_hold_template(json);
  if (is_template || !path.ends_with(".json")) {
    other.is_definition = false;
    if (!is_template && !pipexpr::forms::may_hold_pipeline(json)) return other;
    const auto loading = pipexpr::forms::load(json, {}, {.file_name = path});
    // A template that cannot be read was meant as one; its author wants to know.
    other.is_definition = !loading.pipelines.empty() ||
                          (is_template && loading.why.front().code == pipexpr::DiagnosticCode::invalid_json);
    return other;
  }
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(json.data() == nullptr ? "" : json.data(), json.size());
  if (document.HasParseError()) {
    // Broken, but meant as one: its author wants to know.
    other.is_definition =
        json.find("\"objects\"") != std::string_view::npos || json.find("ipelineObjects\"") != std::string_view::npos;
    return other;
  }
  if (document.IsArray()) {
    const auto& list = document.GetArray();
    other.is_definition = !list.Empty() && std::all_of(list.begin(), list.end(), [](const auto& item) {
      return item.IsObject() && item.HasMember("id");
    });
    return other;
  }
  if (!document.IsObject()) {
    other.is_definition = false;
    return other;
  }
  const std::vector<std::string> wanted = {std::string(pipexpr::base::kObjectList.command),
                                           std::string(pipexpr::base::kObjectList.api)};
  if (std::any_of(wanted.begin(), wanted.end(),
                  [&](const std::string& name) { return document.HasMember(name.c_str()); }))
    return other;
  other.is_definition = false;
  // By number: clang finds != of these iterators ambiguous.
  for (rapidjson::SizeType i = 0; i < document.MemberCount(); ++i) {
    const auto& member = *(document.MemberBegin() + static_cast<std::ptrdiff_t>(i));
    const std::string name(member.name.GetString(), member.name.GetStringLength());
    const std::string hint = member.value.IsArray() && name.size() > 4 ? pipexpr::base::did_you_mean(name, wanted) : "";
    if (!hint.empty()) other.hint = fmt::format("it has \"{}\" and no \"objects\"{}", name, hint);
  }
  return other;
}

std::size_t count_expressions(const pipexpr::PipelineDefinition& definition) {
  std::size_t count = 0;
  const auto add = [&](const pipexpr::Field& field) {
    for (std::uint32_t k = 0; k < field.count; ++k)
      count += field.items[k].form != pipexpr::FieldItem::Form::literal ? 1u : 0u;
  };
  for (std::size_t i = 0; i < definition.object_count(); ++i) {
    for (const auto& field : definition.fields(definition.object(i))) {
      const bool is_value = field.field.count != 0 && field.field.items[0].value.is(pipexpr::Kind::string);
      if (is_value) add(field.field);
    }
  }
  for (const auto& parameter : definition.parameters()) add(parameter.value);
  return count;
}

bool is_malformed(const pipexpr::Findings& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const pipexpr::Finding& one) { return one.rule == pipexpr::Rule::malformed_file; });
}

}  // namespace

bool DefinitionChecker::config(const std::string& path) {
  config_file_ = read_config(path);
  return config_file_ != nullptr;
}

void DefinitionChecker::path(const std::string& path) {
  std::error_code why;
  path != "-" && fs::is_directory(path, why) ? folder(path) : file(path, false);
}

void DefinitionChecker::folder(const std::string& path) {
  const FoundFiles found = find_files(path, {".json", ".yaml", ".yml", ".template", ".tf"}, request_.search);
  if (!found.problem.empty()) return unreadable_file(path, found.problem);
  const std::size_t before = files_.size();
  for (const std::string& name : found.paths) {
    if (fs::path(name).filename() != kConfigName && !pipexpr::process::interrupted()) file(name, true);
  }
  if (files_.size() == before && !pipexpr::process::interrupted()) {
    print_error(pipexpr::base::show("pipexpr check: no file in '{}' is a definition\n", shown_name(path)));
  }
}

int DefinitionChecker::status() const {
  // Nothing checked is no success, unless other files were expected among those that are named.
  if (unreadable_ || (files_.empty() && !request_.definitions_only)) return kUnreadable;
  if (request_.diff) return diffs_.empty() ? kFine : kFailed;
  bool failed = false;
  for (const pipexpr::report::CheckedFile& file : files_) {
    failed = failed || std::any_of(file.findings.begin(), file.findings.end(), [&](const pipexpr::Finding& finding) {
               return finding.severity == pipexpr::Severity::error || request_.strict;
             });
  }
  return failed ? kFailed : kFine;
}

std::string DefinitionChecker::missing_object() const {
  const bool all_load = std::all_of(files_.begin(), files_.end(), [](const auto& file) { return file.loads; });
  if (files_.empty() || unreadable_ || !all_load) return "";
  std::vector<std::string> ids;
  for (const pipexpr::report::CheckedFile& file : files_) ids.insert(ids.end(), file.ids.begin(), file.ids.end());
  for (const std::string& glob : request_.objects) {
    const bool exists = std::any_of(
        ids.begin(), ids.end(), [&](const std::string& id) { return pipexpr::check_config::matches_glob(glob, id); });
    if (!exists) return fmt::format("there is no object '{}'{}", glob, pipexpr::base::did_you_mean(glob, ids));
  }
  return "";
}

std::string DefinitionChecker::notes() const {
  std::string out;
  const auto add = [&](const std::string& name, const std::shared_ptr<pipexpr::check_config::Suppressions>& known) {
    if (known == nullptr) return;
    for (const std::string& note : known->unused()) out += pipexpr::base::show("{}: note: {}\n", name, note);
  };
  // With rules chosen by hand, what else is suppressed says nothing.
  if (!options_.only.empty() || !options_.ignore.empty() || files_.empty()) return out;
  add(request_.config, config_file_);
  for (const auto& [nearest, known] : configs_)
    add(fs::path(nearest).lexically_proximate(fs::current_path()).string(), known);
  return out;
}

void DefinitionChecker::unreadable_file(const std::string& path, std::string_view why) {
  (void)unreadable(command_, fmt::format("cannot read '{}': {}", shown_name(path), why));
  unreadable_ = true;
  pipexpr::report::CheckedFile& failed = files_.emplace_back();
  failed.name = shown_name(path);
  failed.problem = why;
}

std::shared_ptr<pipexpr::check_config::Suppressions> DefinitionChecker::read_config(const std::string& path) {
  const File file = read_file(path, request_.flags.limits.max_definition_bytes);
  auto made = std::make_shared<pipexpr::check_config::Suppressions>();
  const std::string problem = !file.problem.empty() ? file.problem : made->read(file.view());
  if (problem.empty()) return made;
  unreadable_file(path, problem);
  return nullptr;
}

// The configuration beside the file, or in the nearest directory above it. Standard input stands where its name says,
// or in the working directory.
std::shared_ptr<pipexpr::check_config::Suppressions> DefinitionChecker::config_of(const std::string& path) {
  if (config_file_ != nullptr) return config_file_;
  const std::string place = path != "-" ? path : request_.stdin_name.empty() ? "stdin" : request_.stdin_name;
  const std::string nearest = nearest_config(place);
  const auto [known, fresh] = configs_.try_emplace(nearest);
  if (fresh && !nearest.empty()) known->second = read_config(nearest);
  return known->second;
}

pipexpr::Findings DefinitionChecker::findings_in(pipexpr::report::CheckedFile& checked,
                                                 const pipexpr::CheckOptions& options) const {
  pipexpr::LoadOptions load{
      .source_name = checked.name, .compile = {.limits = request_.flags.limits}, .limits = request_.flags.limits};
  load.parameter_objects = request_.flags.parameter_objects;
  load.parameter_values = request_.flags.parameter_values;
  const auto loading =
      pipexpr::forms::load(checked.json, load, {.file_name = checked.name, .pointer = request_.flags.pointer});
  pipexpr::Findings all = pipexpr::load_findings(loading.why);
  checked.objects = checked.expressions = 0;
  checked.loads = loading.why.empty();
  checked.ids.clear();
  for (const auto& one : loading.pipelines) {
    pipexpr::Findings found;
    if (one.definition != nullptr) {
      checked.objects += one.definition->object_count();
      checked.expressions += count_expressions(*one.definition);
      found = pipexpr::check(*one.definition, options);
      for (std::size_t i = 0; i < one.definition->object_count(); ++i)
        checked.ids.emplace_back(one.definition->id(one.definition->object(i)));
    } else {
      checked.loads = false;
      found = pipexpr::check_file(one.json.empty() ? checked.json : one.json, one.options, options);
    }
    std::move(found.begin(), found.end(), std::back_inserter(all));
  }
  return all;
}

void DefinitionChecker::look(pipexpr::report::CheckedFile& checked, const std::string& path,
                             pipexpr::check_config::Suppressions* known, const pipexpr::CheckOptions& options) const {
  checked.findings = findings_in(checked, options);
  if (!checked.loads) return;  // nothing else is known of it, whatever is asked for or known
  if (!request_.objects.empty()) {
    std::erase_if(checked.findings, [&](const pipexpr::Finding& finding) {
      return std::none_of(request_.objects.begin(), request_.objects.end(), [&](const std::string& glob) {
        return pipexpr::check_config::matches_glob(glob, finding.object);
      });
    });
  }
  if (known != nullptr)
    known->remove_known(checked.findings, path == "-" && !request_.stdin_name.empty() ? request_.stdin_name : path);
}

void DefinitionChecker::file(const std::string& path, bool from_folder) {
  const File content = read_file(path, request_.flags.limits.max_definition_bytes);
  if (!content.problem.empty()) return unreadable_file(path, content.problem);
  if (from_folder || request_.definitions_only) {
    // What cannot be read as it is, and was meant as a definition, is told so and not passed over.
    const std::string ascii = pipexpr::forms::ascii_of_utf16(content.view());
    const OtherFile kind = kind_of(ascii.empty() ? content.view() : ascii, path);
    if (!kind.hint.empty()) print_error(pipexpr::base::show("pipexpr check: skipped '{}': {}\n", path, kind.hint));
    if (!kind.is_definition) return;
  }
  pipexpr::report::CheckedFile checked{std::string(shown_name(path)), std::string(content.view()), {}};
  if (path == "-" && !request_.stdin_name.empty()) checked.name = request_.stdin_name;
  const auto known = config_of(path);
  pipexpr::CheckOptions options = options_;
  if (request_.profile.empty() && known != nullptr) options.profile = known->profile;
  const auto look_at = [&](pipexpr::report::CheckedFile& one) { look(one, path, known.get(), options); };
  look_at(checked);
  if (request_.fix || request_.diff) repair(path, checked, look_at);
  count_fixes(checked, look_at);
  const std::size_t at = files_.size();
  files_.emplace_back();
  place_beside(checked);
  files_[at] = std::move(checked);
}

// Null: there is no such file, or it cannot be read.
pipexpr::report::CheckedFile* DefinitionChecker::beside(const std::string& path) {
  if (path.empty() || path == "-") return nullptr;
  const auto known = std::find_if(files_.begin(), files_.end(),
                                  [&](const auto& file) { return file.is_beside && file.name == shown_name(path); });
  if (known != files_.end()) return &*known;
  const File content = read_file(path, request_.flags.limits.max_definition_bytes);
  if (!content.problem.empty()) return nullptr;
  pipexpr::report::CheckedFile& made = files_.emplace_back();
  made.name = shown_name(path);
  made.json = content.view();
  made.is_beside = true;
  return &made;
}

void DefinitionChecker::place_beside(pipexpr::report::CheckedFile& checked) {
  using pipexpr::Rule;
  const auto is_placed = [&](pipexpr::Finding& finding) {
    // What the definition's own text has no place for.
    if (!finding.object.empty() || finding.field.empty() || finding.span != pipexpr::SourceSpan{}) return false;
    const bool is_given = std::any_of(request_.flags.parameters.begin(), request_.flags.parameters.end(),
                                      [&](const std::string& one) { return one.starts_with(finding.field + "="); });
    const bool is_value = finding.rule == Rule::parameter_type || finding.rule == Rule::parameter_not_allowed ||
                          finding.rule == Rule::undeclared_value;
    if (is_value && is_given) return false;
    for (const std::string& path : {is_value ? request_.flags.values : std::string(), request_.flags.parameter_file}) {
      pipexpr::report::CheckedFile* const file = beside(path);
      const auto place = file ? pipexpr::forms::place_of_parameter(file->json, finding.field) : std::nullopt;
      if (!place) continue;
      finding.span = *place;
      for (pipexpr::RelatedLocation& other : finding.related)
        other.span = pipexpr::forms::place_of_parameter(file->json, other.field).value_or(*place);
      const bool is_new = std::none_of(file->findings.begin(), file->findings.end(), [&](const auto& one) {
        return one.rule == finding.rule && one.span == finding.span && one.message == finding.message;
      });
      if (is_new) file->findings.push_back(finding);
      return true;
    }
    return false;
  };
  std::erase_if(checked.findings, is_placed);
  std::erase_if(files_, [](const auto& file) { return file.is_beside && file.findings.empty(); });
  for (pipexpr::report::CheckedFile& file : files_) {
    if (!file.is_beside) continue;
    std::stable_sort(file.findings.begin(), file.findings.end(),
                     [](const auto& a, const auto& b) { return a.span.offset < b.span.offset; });
  }
}

namespace {

using Place = std::tuple<pipexpr::Rule, std::string_view, std::string_view>;  // with the object and its field

// Each place of an error once, and how many places other findings have.
struct Places {
  std::vector<Place> errors = {};
  std::size_t others = 0;

  explicit Places(const pipexpr::Findings& findings) {
    for (const pipexpr::Finding& one : findings) {
      if (one.severity != pipexpr::Severity::error) {
        others += 1 + one.related.size();
        continue;
      }
      errors.emplace_back(one.rule, one.object, one.field);
      for (const pipexpr::RelatedLocation& also : one.related) errors.emplace_back(one.rule, also.object, also.field);
    }
    std::sort(errors.begin(), errors.end());
  }
};

// Whether a file with fixes in it checks better than before, and no error is new. A file that did not load hid what
// else is wrong with it.
bool is_better(const pipexpr::Findings& before, const pipexpr::Findings& after) {
  if (is_malformed(before)) return true;
  if (is_malformed(after)) return false;
  const Places was(before), is(after);
  if (!std::includes(was.errors.begin(), was.errors.end(), is.errors.begin(), is.errors.end())) return false;
  return std::pair(is.errors.size(), is.others) < std::pair(was.errors.size(), was.others);
}

}  // namespace

// What becomes of a file by those of the fixes that make it better. Where some do not, each half is tried by itself.
// `found` is what the file has now, and `left` how many bytes may still be checked.
template <class Check>
DefinitionChecker::Repaired DefinitionChecker::sound_fixes(const std::string& json, pipexpr::Findings found,
                                                           pipexpr::Findings fixes, pipexpr::FixTier least,
                                                           std::size_t& left, const Check& check) {
  pipexpr::FixedText all = pipexpr::apply_fixes(json, fixes, least);
  if (all.text.size() > left) left = 0;
  if (all.count == 0 || all.text == json || left == 0) return {json, 0, std::move(found)};
  left -= all.text.size();
  pipexpr::Findings after = check(all.text);
  if (is_better(found, after)) return {std::move(all.text), all.count, std::move(after)};
  if (fixes.size() == 1) return {json, 0, std::move(found)};
  // The second half comes first: places before it stay where they are.
  const auto middle = fixes.begin() + static_cast<std::ptrdiff_t>(fixes.size() / 2);
  pipexpr::Findings second(std::make_move_iterator(middle), std::make_move_iterator(fixes.end()));
  fixes.erase(middle, fixes.end());
  Repaired later = sound_fixes(json, std::move(found), std::move(second), least, left, check);
  Repaired both = sound_fixes(later.json, std::move(later.findings), std::move(fixes), least, left, check);
  both.count += later.count;
  return both;
}

// A fix may bring another error to light, so that several rounds can be needed. How many fixes the text has then.
template <class Look>
std::size_t DefinitionChecker::repair_text(pipexpr::report::CheckedFile& checked, pipexpr::FixTier least,
                                           std::size_t& left, const Look& look_at) const {
  constexpr int kRounds = 8;
  // What other rules find counts, too, and what is left out.
  pipexpr::CheckOptions every = options_;
  every.only.clear();
  every.ignore.clear();
  const auto check = [&](const std::string& json) {
    pipexpr::report::CheckedFile one{checked.name, json, {}};
    return findings_in(one, every);
  };
  pipexpr::Findings found;  // by all rules
  std::size_t count = 0;
  for (int round = 0; round < kRounds; ++round) {
    pipexpr::Findings fixes;
    for (const pipexpr::Finding& finding : checked.findings) {
      const auto add = [&](const std::optional<pipexpr::Fix>& fix) {
        if (fix && fix->tier >= least) fixes.emplace_back().fix = fix;
      };
      add(finding.fix);
      for (const pipexpr::RelatedLocation& other : finding.related) add(other.fix);
    }
    std::stable_sort(fixes.begin(), fixes.end(), [](const pipexpr::Finding& a, const pipexpr::Finding& b) {
      return a.fix->span.offset < b.fix->span.offset;
    });
    if (fixes.empty()) break;
    if (round == 0) found = check(checked.json);
    Repaired better = sound_fixes(checked.json, std::move(found), std::move(fixes), least, left, check);
    if (better.count == 0) break;
    checked.json = std::move(better.json);
    found = std::move(better.findings);
    look_at(checked);
    count += better.count;
  }
  return count;
}

// What --fix would do is not what the findings' fixes add up to: two may overlap, and one may bring a new error.
template <class Look>
void DefinitionChecker::count_fixes(const pipexpr::report::CheckedFile& checked, const Look& look_at) {
  const auto is_made = [](const std::optional<pipexpr::Fix>& fix) {
    return fix && fix->tier >= pipexpr::FixTier::unsafe_fix;
  };
  const bool has_any = std::any_of(checked.findings.begin(), checked.findings.end(), [&](const pipexpr::Finding& one) {
    return is_made(one.fix) || std::any_of(one.related.begin(), one.related.end(),
                                           [&](const pipexpr::RelatedLocation& other) { return is_made(other.fix); });
  });
  if (!has_any) return;
  // Of a large file with many fixes that make nothing better, not all are tried only to be counted.
  constexpr std::size_t kTriedBytes = 2'000'000;
  const auto count = [&](pipexpr::FixTier least) {
    pipexpr::report::CheckedFile copy = checked;
    std::size_t left = std::max(kTriedBytes, checked.json.size() + checked.json.size() / 4);
    const std::size_t made = repair_text(copy, least, left, look_at);
    fixes_.is_least = fixes_.is_least || left == 0;
    return made;
  };
  const std::size_t safe = count(pipexpr::FixTier::safe), all = count(pipexpr::FixTier::unsafe_fix);
  fixes_.safe += safe;
  fixes_.unsafe += all > safe ? all - safe : 0;
}

// Nothing is counted that is not written.
template <class Look>
void DefinitionChecker::repair(const std::string& path, pipexpr::report::CheckedFile& checked, const Look& look_at) {
  const std::string before = checked.json;
  const auto least = request_.unsafe_fixes ? pipexpr::FixTier::unsafe_fix : pipexpr::FixTier::safe;
  std::size_t all = std::numeric_limits<std::size_t>::max();
  const std::size_t count = repair_text(checked, least, all, look_at);
  if (checked.json == before) return;
  if (request_.diff) {
    diffs_ += pipexpr::report::unified_diff(checked.name, pipexpr::forms::cover_secrets(before, checked.name),
                                            pipexpr::forms::cover_secrets(checked.json, checked.name));
    checked.json = before;
    return look_at(checked);
  }
  const std::string problem = rewrite_file(path, checked.json);
  if (problem.empty()) {
    fixes_.written += count;
    return;
  }
  (void)unreadable(command_, fmt::format("cannot write '{}': {}", path, problem));
  unreadable_ = true;
  checked.json = before;
  look_at(checked);
}

}  // namespace cli
