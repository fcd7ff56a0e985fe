// Reads a file of expectations, and says what in it is not understood.
#include "suite/test_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <initializer_list>

#include "base/similar_names.h"
#include "base/unset_runtime.h"
#include "forms/document.h"

namespace pipexpr::suite {
namespace {

using forms::Document;
using forms::JsonType;

class Reader {
 public:
  explicit Reader(const Document& document) : document_(document) {}

  Result<TestFile> run() {
    TestFile file;
    if (!expect(0, JsonType::object, "the file")) return why_;
    known(0, {"definition", "at_pointer", "parameters", "unset_runtime", "tests", "snapshot"});
    text(0, "definition", file.definition);
    text(0, "at_pointer", file.pointer);
    pairs(0, "parameters", file.parameters);
    unset_runtime(file.unset_runtime);
    if (const std::uint32_t list = document_.member(0, "tests");
        list != 0 && expect(list, JsonType::array, "\"tests\""))
      document_.each(list, [&](std::uint32_t i) { test(i, file); });
    if (const std::uint32_t i = document_.member(0, "snapshot"); i != 0) snapshot(i, file.snapshot.emplace());
    if (why_.empty() && file.tests.empty() && !file.snapshot)
      error(0, "there is neither \"tests\" nor \"snapshot\" in it");
    if (!why_.empty()) return why_;
    return file;
  }

 private:
  void error(std::uint32_t node, std::string message) {
    why_.push_back(forms::error(DiagnosticCode::not_a_definition, document_[node].span, std::move(message)));
  }

  bool expect(std::uint32_t node, JsonType type, std::string_view what) {
    if (document_.is(node, type)) return true;
    error(node, fmt::format("expected {} to be {}, found {}", what, definition::json_type_name(type),
                            definition::json_type_name(document_[node].type)));
    return false;
  }

  bool is_scalar(std::uint32_t node) const {
    const JsonType type = document_[node].type;
    return type == JsonType::string || type == JsonType::number || type == JsonType::boolean;
  }

  void known(std::uint32_t object, std::initializer_list<std::string_view> names) {
    const std::vector<std::string> all(names.begin(), names.end());
    document_.each(object, [&](std::uint32_t i) {
      const std::string name(document_[i].key);
      if (std::find(all.begin(), all.end(), name) != all.end()) return;
      why_.push_back(forms::error(DiagnosticCode::not_a_definition, document_[i].key_span,
                                  fmt::format("unknown name '{}'{}", name, base::did_you_mean(name, all))));
    });
  }

  void text(std::uint32_t object, std::string_view name, std::string& out) {
    const std::uint32_t found = document_.member(object, name);
    if (found == 0) return;
    if (!is_scalar(found)) return (void)expect(found, JsonType::string, fmt::format("\"{}\"", name));
    out = document_[found].text;
  }

  void pairs(std::uint32_t object, std::string_view name, std::vector<std::pair<std::string, std::string>>& out) {
    const std::uint32_t found = document_.member(object, name);
    if (found == 0 || !expect(found, JsonType::object, fmt::format("\"{}\"", name))) return;
    document_.each(found, [&](std::uint32_t i) {
      const auto add = [&](std::uint32_t value) {
        if (!is_scalar(value)) return (void)expect(value, JsonType::string, fmt::format("'{}'", document_[i].key));
        out.emplace_back(document_[i].key, document_[value].text);
      };
      document_.is(i, JsonType::array) ? document_.each(i, add) : add(i);
    });
  }

  void unset_runtime(std::optional<UnsetRuntime>& out) {
    const std::uint32_t found = document_.member(0, "unset_runtime");
    if (found == 0) return;
    if (document_.is(found, JsonType::string)) out = base::unset_runtime_of(document_[found].text);
    if (!out || out == UnsetRuntime::keep) error(found, R"(expected "unset_runtime" to be "error", "null" or "empty")");
  }

  std::optional<DateTime> moment(std::uint32_t node) {
    const auto time = parse_datetime(document_[node].text);
    if (time) return *time;
    error(node, time.error().front().message);
    return std::nullopt;
  }

  void test(std::uint32_t i, TestFile& file) {
    if (!expect(i, JsonType::object, "a test")) return;
    known(i, {"name", "object", "field", "run", "end", "attempt", "set", "node", "value", "error", "pattern"});
    Expectation& made = file.tests.emplace_back();
    made.span = {document_[i].span.offset, 1};
    text(i, "name", made.name);
    text(i, "object", made.object);
    text(i, "field", made.field);
    text(i, "node", made.node);
    pairs(i, "set", made.set);
    for (const auto& [name, value] : made.set) {
      if (const std::size_t dot = name.find(".@"); dot != std::string::npos)
        error(i, fmt::format("\"set\": expected a field, found the path '{}'; \"{}\" holds for every object of the run",
                             name, name.substr(dot + 1)));
      if (name == "@scheduledStartTime" || name == "@scheduledEndTime")
        error(i, fmt::format("\"set\": '{}' is what \"run\" and \"end\" give", name));
    }
    if (made.object.empty() || made.field.empty()) error(i, "a test needs an \"object\" and a \"field\"");
    if (const std::uint32_t at = document_.member(i, "run"); at != 0) made.run = moment(at);
    if (const std::uint32_t at = document_.member(i, "end"); at != 0) made.end = moment(at);
    if (const std::uint32_t at = document_.member(i, "attempt"); at != 0) {
      const std::string_view digits = document_[at].text;
      const auto [stop, why] = std::from_chars(digits.data(), digits.data() + digits.size(), made.attempt);
      if (why != std::errc() || stop != digits.data() + digits.size() || made.attempt == 0)
        error(at, fmt::format("expected \"attempt\" to be a number from 1 on, found '{}'", digits));
    }
    if (!made.run && (made.end || made.attempt != 0 || !made.set.empty()) && document_.member(i, "run") == 0)
      error(i, "\"end\", \"attempt\" and \"set\" are about a run: give its start as \"run\"");
    expectation(i, made);
    if (made.name.empty()) {
      made.name = fmt::format("{}.{}", made.object, made.field);
      if (made.run) made.name += fmt::format(" in the run of {}", to_string(*made.run));
    }
  }

  void expectation(std::uint32_t i, Expectation& made) {
    const std::uint32_t value = document_.member(i, "value");
    if (value != 0) {
      made.value.emplace();
      const auto add = [&](std::uint32_t item) {
        if (!is_scalar(item)) return (void)expect(item, JsonType::string, "a value");
        made.value->emplace_back(document_[item].text);
      };
      if (document_.is(value, JsonType::array))
        document_.each(value, add);
      else if (!document_.is(value, JsonType::null))
        add(value);
    }
    if (document_.member(i, "error") != 0) text(i, "error", made.error.emplace());
    if (document_.member(i, "pattern") != 0) text(i, "pattern", made.pattern.emplace());
    const int given = static_cast<int>(made.value.has_value()) + static_cast<int>(made.error.has_value()) +
                      static_cast<int>(made.pattern.has_value());
    if (given != 1) error(i, fmt::format("expected one of \"value\", \"error\" and \"pattern\", found {}", given));
  }

  void snapshot(std::uint32_t i, Snapshot& made) {
    if (!expect(i, JsonType::object, "\"snapshot\"")) return;
    known(i, {"runs", "objects"});
    made.span = {document_[i].span.offset, 1};
    const std::uint32_t runs = document_.member(i, "runs"), objects = document_.member(i, "objects");
    if (runs == 0) return error(i, "a snapshot needs \"runs\", a list of times such as [\"2024-05-24T17:00:00\"]");
    if (expect(runs, JsonType::array, "\"runs\"")) {
      document_.each(runs, [&](std::uint32_t k) {
        if (const auto at = moment(k)) made.runs.push_back(*at);
      });
    }
    if (objects == 0 || !expect(objects, JsonType::array, "\"objects\"")) return;
    document_.each(objects, [&](std::uint32_t k) { made.objects.emplace_back(document_[k].text); });
  }

  const Document& document_;
  Diagnostics why_;
};

}  // namespace

Result<TestFile> read_test_file(std::string_view text, std::string_view file_name) {
  const auto document = forms::read_document(text, file_name);
  if (!document) return document.error();
  return Reader(*document).run();
}

}  // namespace pipexpr::suite
