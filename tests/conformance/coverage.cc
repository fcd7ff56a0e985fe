// The rows leave no gap: every diagnostic code, function and production has its own.
#include <algorithm>
#include <filesystem>

#include "../catch.h"
#include "runner.h"

namespace {

using conformance::File;
using conformance::Row;

// Codes that no row can provoke, each with its reason.
const std::map<std::string, std::string> kWithoutRow = {
    {"E310", "about what a host asks for; tests/unit/batch has it"},
    {"E409", "needs a machine without a time-zone database; a unit test of src/time has it"},
    {"E801", "about the runs of a definition, not the value of an expression; tests/unit/schedule has it"},
    {"E802", "about renaming; tests/unit/inspect has it"},
    {"E803", "about renaming; tests/unit/inspect has it"},
    {"E804", "about renaming; tests/unit/inspect has it"},
    {"E811", "about translating; tests/unit/translator has it"},
    {"E812", "about translating; tests/unit/translator has it"},
    {"E813", "about translating; tests/unit/translator has it"},
    {"E814", "about translating; tests/unit/translator has it"},
    {"E815", "about translating; tests/unit/translator has it"},
    {"E816", "about translating; tests/unit/translator has it"},
    {"E817", "about translating; tests/unit/translator has it"},
    {"E818", "about translating; tests/unit/translator has it"},
    {"E819", "about translating; tests/unit/translator has it"},
    {"E820", "about translating; tests/unit/translator has it"},
    {"E902", "an internal error; a row that provoked one would be a bug to fix"},
};

const std::vector<File>& files() {
  static const std::vector<File> all = [] {
    std::vector<File> found;
    const std::string folder = PIPEXPR_CONFORMANCE_DIR;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      if (entry.path().extension() == ".test")
        found.push_back(conformance::read_rows(entry.path().filename().string(),
                                               conformance::read_text(entry.path().string()), folder));
    return found;
  }();
  return all;
}

template <class Count>
std::size_t count_rows(Count&& count) {
  std::size_t n = 0;
  for (const File& file : files())
    for (const Row& row : file.rows) n += count(row) ? 1U : 0U;
  return n;
}

bool expects(const Row& row, std::string_view start) {
  return std::any_of(row.want.begin(), row.want.end(),
                     [&](const std::string& want) { return want.starts_with(start); });
}

// `name(` with nothing of an identifier before it.
bool calls(const Row& row, const std::string& name) {
  for (std::size_t at = row.source.find(name); at != std::string::npos; at = row.source.find(name, at + 1)) {
    const bool begins =
        at == 0 || (std::isalnum(static_cast<unsigned char>(row.source[at - 1])) == 0 && row.source[at - 1] != '_');
    const std::size_t next = row.source.find_first_not_of(' ', at + name.size());
    if (begins && next != std::string::npos && row.source[next] == '(') return true;
  }
  return false;
}

TEST_CASE("conformance: every diagnostic code has a row") {
  for (const pipexpr::DiagnosticCode code : pipexpr::codes()) {
    const std::string id(code_id(code));
    if (kWithoutRow.contains(id)) continue;
    INFO(id << " " << code_name(code));
    CHECK(count_rows([&](const Row& row) { return expects(row, "!! " + id); }) >= 1);
  }
}

TEST_CASE("conformance: every function has ten rows, of them three with errors") {
  for (const auto& function : pipexpr::FunctionRegistry::standard().all()) {
    INFO(signature(*function));
    CHECK(count_rows([&](const Row& row) { return calls(row, function->name); }) >= 10);
    CHECK(count_rows([&](const Row& row) { return calls(row, function->name) && expects(row, "!!"); }) >= 3);
  }
}

TEST_CASE("conformance: every production has five rows") {
  std::map<std::string, std::size_t> productions;
  for (const char* name : {"expression.ebnf", "template.ebnf"}) {
    const std::string text = conformance::read_text(std::string(PIPEXPR_GRAMMAR_DIR) + "/" + name);
    REQUIRE_FALSE(text.empty());
    for (const std::string& line : conformance::split_lines(text)) {
      const std::size_t end = line.find_first_not_of("abcdefghijklmnopqrstuvwxyz");
      const std::size_t sign = end == line.npos ? end : line.find_first_not_of(' ', end);
      if (end != 0 && sign != line.npos && (line[sign] == '=' || line.compare(sign, 2, ":=") == 0))
        productions[line.substr(0, end)] = 0;
    }
  }
  REQUIRE(productions.size() > 10);
  for (const File& file : files()) {
    for (const Row& row : file.rows) {
      for (const std::string& name : row.setting->covers) {
        INFO(file.name << ":" << row.line << ": %covers " << name);
        const auto found = productions.find(name);
        if (found == productions.end()) FAIL("no such production");
        ++found->second;
      }
    }
  }
  for (const auto& [name, rows] : productions) {
    INFO(name);
    CHECK(rows >= 5);
  }
}

TEST_CASE("conformance: half of the rows are about errors") {
  const std::size_t all = count_rows([](const Row&) { return true; });
  const std::size_t errors = count_rows([](const Row& row) { return expects(row, "!!"); });
  WARN(all << " rows, " << errors << " of them about errors");
  CHECK(all >= 2000);
  CHECK(errors * 2 >= all);
}

// Two rows with the same stage and source say the same.
std::string stage(const conformance::Setting& setting) {
  std::string key = setting.definition + setting.object + setting.start + setting.end;
  for (const pipexpr::LimitInfo& limit : pipexpr::limits()) key += "|" + std::to_string(setting.limits.*limit.member);
  for (const auto* fields : {&setting.run_fields, &setting.fields})
    for (const conformance::Override& field : *fields) {
      key += "|" + field.name + std::to_string(static_cast<int>(field.type)) + field.reference;
      for (const std::string& text : field.texts) key += "," + text;
    }
  for (const auto* pairs : {&setting.values, &setting.runtime_fields})
    for (const auto& [name, text] : *pairs) key += "|" + name + "=" + text;
  key += static_cast<char>('0' + static_cast<int>(setting.unset_runtime));
  for (const bool flag : {setting.transitive_runtime_fields, setting.cancelled, setting.past_deadline,
                          setting.host_functions, setting.no_functions})
    key += flag ? '1' : '0';
  return key + std::to_string(static_cast<int>(setting.delimiters)) + std::to_string(setting.attempt);
}

TEST_CASE("conformance: no row stands twice") {
  std::map<std::string, std::string> seen;
  for (const File& file : files()) {
    for (const Row& row : file.rows) {
      const std::string key =
          std::to_string(static_cast<int>(row.form)) + stage(*row.setting) + "|" + row.object + "|" + row.source;
      const std::string place = file.name + ":" + std::to_string(row.line);
      const auto [at, added] = seen.emplace(key, place);
      if (!added) FAIL_CHECK(place << " repeats " << at->second);
    }
  }
}

}  // namespace
