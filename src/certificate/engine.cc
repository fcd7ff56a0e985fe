// Runs check programs and reads their lines.
#include "certificate/engine.h"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <initializer_list>

#include "process/process.h"

namespace pipexpr::certificate {
namespace {

constexpr int kEngineMissing = 3;  // as the check programs end

std::string moment(const rapidjson::Value& millis) {
  return millis.IsInt64() ? to_string(DateTime{millis.GetInt64(), {}}) : std::string("?");
}

bool has_numbers(const rapidjson::Value& object, std::initializer_list<const char*> names) {
  return std::all_of(names.begin(), names.end(),
                     [&](const char* name) { return object.HasMember(name) && object[name].IsUint64(); });
}
bool has_strings(const rapidjson::Value& object, std::initializer_list<const char*> names) {
  return std::all_of(names.begin(), names.end(),
                     [&](const char* name) { return object.HasMember(name) && object[name].IsString(); });
}
bool has_objects(const rapidjson::Value& object, std::initializer_list<const char*> names) {
  return std::all_of(names.begin(), names.end(),
                     [&](const char* name) { return object.HasMember(name) && object[name].IsObject(); });
}

// Reads a line of a check program, for that text. False: it is none. Whatever runs in an engine's place may print
// anything.
bool read(std::string_view line, const TranslationVectors& field, EngineVerdict& out) {
  rapidjson::Document document;
  document.Parse(line.data(), line.size());
  const rapidjson::Value& json = document;  // clang finds two ways to compare the iterators of one that is not const
  if (document.HasParseError() || !json.IsObject() || !has_objects(json, {"engine", "instants", "mutants"}) ||
      !has_strings(json, {"name", "text"}) || !has_numbers(json, {"equal"}) ||
      !has_numbers(json["mutants"], {"made", "killed"}) || !json.HasMember("counterexample") ||
      json["name"].GetString() != field.name || json["text"].GetString() != field.text) {
    return false;
  }
  out.json = line;
  for (const auto& member : json["engine"].GetObject()) {
    if (!member.value.IsString()) return false;
    out.engine +=
        fmt::format("{}{} {}", out.engine.empty() ? "" : ", ", member.name.GetString(), member.value.GetString());
  }
  for (const auto& member : json["instants"].GetObject()) {
    if (member.value.IsUint64()) out.instants += member.value.GetUint64();
  }
  out.mutants = json["mutants"]["made"].GetUint64();
  out.killed = json["mutants"]["killed"].GetUint64();
  const rapidjson::Value& difference = json["counterexample"];
  const bool is_equal = difference.IsNull() && json["equal"].GetUint64() == field.probes.size();
  out.status = is_equal ? EngineVerdict::Status::equal : EngineVerdict::Status::different;
  if (difference.IsObject() && has_strings(difference, {"expected", "found"}) &&
      has_numbers(difference, {"start", "end"})) {
    out.counterexample =
        fmt::format("of the run from {} to {} the text is '{}', and the target gives '{}'", moment(difference["start"]),
                    moment(difference["end"]), difference["expected"].GetString(), difference["found"].GetString());
  }
  return true;
}

// The last line that a program printed, which says what went wrong.
std::string last_line(std::string_view output) {
  while (!output.empty() && output.back() == '\n') output.remove_suffix(1);
  return std::string(output.substr(output.rfind('\n') + 1));
}

}  // namespace

std::string_view name_of(EngineVerdict::Status status) {
  constexpr std::string_view kNames[] = {"equal", "different", "unverified"};
  return kNames[static_cast<std::size_t>(status)];
}

EngineRun run_engine(TranslationTarget target, const std::vector<TranslationVectors>& vectors,
                     const std::string& program) {
  EngineRun run;
  run.verdicts.resize(vectors.size());
  const bool is_script = target == TranslationTarget::jsonata;
  std::vector<std::string> programs{program};
  if (program.empty()) {
    programs = is_script ? std::vector<std::string>{"node", "/usr/bin/node"}
                         : std::vector<std::string>{"python3", "/usr/bin/python3"};
  }
  const std::string check = translation_check(target, vectors);
  for (const std::string& name : programs) {
    const process::Finished finished = process::run_program(
        is_script ? std::vector<std::string>{name, "--input-type=module", "-"} : std::vector{name, std::string("-")},
        check);
    if (!finished.problem.empty()) {
      if (run.problem.empty()) run.problem = fmt::format("{} cannot be started", name);
      continue;
    }
    const std::string last = last_line(finished.errors.empty() ? finished.output : finished.errors);
    if (finished.status == kEngineMissing) {
      run.problem = fmt::format("{} {}", name, last);
      continue;
    }
    std::size_t at = 0;
    for (std::string_view rest = finished.output; !rest.empty() && at < vectors.size();) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
      EngineVerdict verdict;
      if (read(line, vectors[at], verdict)) run.verdicts[at++] = std::move(verdict);
    }
    run.problem.clear();
    if (at < vectors.size()) run.problem = fmt::format("{} ended too early: {}", name, last);
    return run;
  }
  return run;
}

}  // namespace pipexpr::certificate
