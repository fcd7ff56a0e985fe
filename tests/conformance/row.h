// Conformance rows: what a .test file says, as data. README.md describes the format.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pipexpr/pipexpr.h>

namespace conformance {

// A field given by a directive.
struct Override {
  std::string name;
  pipexpr::SlotType type = pipexpr::SlotType::string;
  std::vector<std::string> texts;
  std::string reference;  // an object's id; then there are no texts
};

// The stage on which rows are evaluated.
struct Setting {
  std::string definition = R"({"objects": []})";
  std::string object;
  std::string start, end;  // empty: no run
  std::uint32_t attempt = 0;
  std::vector<Override> run_fields;
  std::vector<Override> fields;
  std::vector<std::pair<std::string, std::string>> values;
  std::vector<std::pair<std::string, std::string>> runtime_fields;
  pipexpr::Limits limits;
  pipexpr::Delimiters delimiters = pipexpr::Delimiters::both;
  pipexpr::UnsetRuntime unset_runtime = pipexpr::UnsetRuntime::error;
  bool transitive_runtime_fields = false;
  bool cancelled = false;
  bool past_deadline = false;
  bool host_functions = false;
  bool no_functions = false;
  std::vector<std::string> covers;
};

enum class Form { evaluate, load, add };

struct Row {
  std::size_t line = 0;   // 1-based
  std::size_t lines = 1;  // of the file that the row takes
  Form form = Form::evaluate;
  std::shared_ptr<const Setting> setting;
  std::string object;             // overrides the setting's
  std::string source;             // decoded template, JSON or function
  std::string head;               // the first line up to the expectation, as written
  std::vector<std::string> want;  // expectations: "=> text" or "!! E103 1+2 message", encoded
};

struct File {
  std::string name;
  std::vector<std::string> lines;
  std::vector<Row> rows;
  std::vector<std::string> errors;  // of the file's own text: "name:line: what"
};

// `folder` holds graphs/.
File read_rows(const std::string& name, std::string_view text, const std::string& folder);

std::vector<std::string> split_lines(std::string_view text);
std::string read_text(const std::string& path);  // empty when there is none
std::string decode(std::string_view written);
std::string encode(std::string_view bytes);

// What the row gives on every path, in the form of Row::want; a disagreement between paths is a line of its
// own.
std::vector<std::string> outcome(const Row& row);

// The standard functions and some that fail in every way a host's can.
const pipexpr::FunctionRegistry& host_functions();

}  // namespace conformance
