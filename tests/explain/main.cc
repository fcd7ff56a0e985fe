// Explains every field of a folder of definitions that has a value, and checks that
//   - the value is, byte for byte, the one without a listener, and so are the diagnostics of fields without a value;
//   - every value of the tree follows from those right below it (replay.h);
//   - limits strike at the same place with and without (of the samples).
//
// usage: pipexpr_explain samples|corpus
//
// `samples` are the definitions of this repository. `corpus` is a folder that is not part of the project: ../shared
// beside the repository, or $PIPEXPR_SHARED.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "render.h"
#include "replay.h"

namespace {

namespace fs = std::filesystem;
using pipexpr::Context;
using pipexpr::Diagnostics;
using pipexpr::ExplainOptions;
using pipexpr::FieldItem;
using pipexpr::Limits;
using pipexpr::ObjectId;
using pipexpr::PipelineDefinition;

constexpr int kSkipped = 77;

struct Tally {
  std::size_t files = 0, fields = 0, reported = 0, limited = 0;
  replay::Counts replayed;
};

std::string told(const Diagnostics& why) {
  std::string text;
  for (const pipexpr::Diagnostic& one : why) text += pipexpr::render(one);
  return text;
}

class Explaining {
 public:
  Explaining(const PipelineDefinition& definition, std::string file, bool with_limits, Tally& tally)
      : definition_(definition), file_(std::move(file)), with_limits_(with_limits), tally_(tally) {
    run_.scheduled_start = pipexpr::parse_datetime("2017-08-13T14:20:27").value();
    run_.scheduled_end = pipexpr::parse_datetime("2017-08-14T14:20:27").value();
  }

  void all() {
    for (std::size_t i = 0; i < definition_.object_count(); ++i) {
      const ObjectId object = definition_.object(i);
      for (const auto& info : definition_.fields(object)) field(object, info);
    }
  }

 private:
  void field(ObjectId object, const PipelineDefinition::FieldInfo& info) {
    where_ = file_ + ": " + std::string(definition_.id(object)) + "." + std::string(info.name);
    const Context context{.object = object, .run = run_};
    if (compare(context, info, {})) return;
    // An alarm or precondition may belong to several objects.
    for (const auto& [referrer, by] : definition_.referrers(object)) {
      const FieldItem item = FieldItem::of_value(pipexpr::ValueView(referrer));
      const pipexpr::Binding node{"node", {.items = &item, .count = 1, .type = pipexpr::SlotType::reference}};
      Context with = context;
      with.fields = {&node, 1};
      compare(with, info, {});
    }
  }

  // The field with and without explanation; false: it has no value because of `node`.
  bool compare(const Context& context, const PipelineDefinition::FieldInfo& info, const Limits& limits) {
    std::vector<std::string> plain;
    Diagnostics why;
    bool expressions = false;
    for (std::uint32_t i = 0; i < info.field.count && why.empty(); ++i) {
      const FieldItem& item = info.field.items[i];
      const bool is_text = item.form != FieldItem::Form::literal;
      expressions = expressions || is_text;
      if (!is_text) {
        plain.push_back(item.value.is(pipexpr::Kind::string)      ? std::string(item.value.text())
                        : item.value.is(pipexpr::Kind::reference) ? std::string(definition_.id(item.value.object()))
                                                                  : "");
        continue;
      }
      const auto expression = item.form == FieldItem::Form::compiled
                                  ? pipexpr::Result<pipexpr::Expression>(*item.expression)
                                  : pipexpr::Expression::compile(item.value.text());
      if (!expression) {
        why = expression.error();
        break;
      }
      const auto text = expression->evaluate_text(definition_, context, {.limits = limits});
      const auto value = expression->evaluate(definition_, context, {.limits = limits});
      pipexpr::EvaluationListener listener;
      const auto heard = expression->evaluate_text(definition_, context, {.limits = limits, .listener = &listener});
      if (told(text.error()) != told(heard.error()) || (text && *text != *heard)) {
        problem("as text: with a listener: " + (heard ? *heard : told(heard.error())) +
                "; without: " + (text ? *text : told(text.error())));
      }
      why = value.error();
      for (pipexpr::Diagnostic& one : why) one.span = definition_.span(context.object, info.name, i, one.span);
      if (value) plain.push_back(text ? *text : value->to_text());
    }
    ExplainOptions options;
    options.evaluate.limits = limits;
    const auto tree = pipexpr::explain_field(definition_, context.object, info.name, context, options);
    if (tree.has_value() != why.empty()) {
      problem("with a listener: " + told(tree.error()) + "; without: " + told(why));
      return true;
    }
    const bool limited = limits != Limits{};
    if (!tree) {
      // The text that does not compile is not placed, as it was never evaluated.
      if (told(tree.error()) != told(why) && tree.error().front().span == why.front().span) {
        problem("with a listener: " + told(tree.error()) + "; without: " + told(why));
      }
      ++(limited ? tally_.limited : tally_.reported);
      return why.front().code != pipexpr::DiagnosticCode::node_unavailable;
    }
    std::vector<std::string> explained;
    for (const auto& node : tree->nodes) {
      if (node.depth == 1) explained.push_back(node.value.to_text());
    }
    if (explained != plain) problem("the explained value is another one");
    if (limited) return true;
    tally_.fields += expressions;
    const std::size_t before = tally_.replayed.problems.size();
    replay::check(*tree, definition_, context, tally_.replayed);
    for (std::size_t i = before; i < tally_.replayed.problems.size(); ++i) {
      tally_.replayed.problems[i].insert(0, where_ + ": ");
    }
    if (expressions && with_limits_) tighten(context, info);
    return true;
  }

  void tighten(const Context& context, const PipelineDefinition::FieldInfo& info) {
    for (std::uint64_t Limits::*member : {&Limits::max_steps, &Limits::max_references, &Limits::max_reference_depth,
                                          &Limits::max_output_bytes, &Limits::max_list_items}) {
      for (std::uint64_t most = 0; most < 12; ++most) {
        Limits limits;
        limits.*member = most;
        compare(context, info, limits);
      }
    }
    for (std::uint64_t most = 0; most < 4096; most += 256) {
      Limits limits;
      limits.max_memory_bytes = most;
      compare(context, info, limits);
    }
  }

  void problem(const std::string& what) { tally_.replayed.problems.push_back(where_ + ": " + what); }

  const PipelineDefinition& definition_;
  std::string file_;
  bool with_limits_;
  Tally& tally_;
  pipexpr::Run run_;
  std::string where_;
};

std::string read_text(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

// Loads it with values for its parameters, also for those that it declares nowhere.
void explain_file(const fs::path& path, bool with_limits, Tally& tally) {
  const std::string json = read_text(path);
  std::set<std::string> undeclared;
  for (std::size_t before = 1; before != undeclared.size();) {
    before = undeclared.size();
    const auto definition = corpus::load(json, undeclared);
    if (!definition) return;
    corpus::Counts counts;
    std::vector<corpus::Failure> failures;
    corpus::render_all(**definition, counts, failures);
    undeclared.merge(corpus::missing_parameters(failures));
  }
  ++tally.files;
  for (const bool fold : {false, true}) {
    const auto definition = corpus::load(json, undeclared, fold);
    Explaining(**definition, path.stem().string(), with_limits, tally).all();
  }
}

}  // namespace

int main(int count, char** words) {
  const bool samples = count == 2 && std::string(words[1]) == "samples";
  const fs::path root = PIPEXPR_SOURCE_DIR;
  std::set<fs::path> folders;
  if (samples) {
    folders = {root / "docs" / "examples", root / "tests" / "cli" / "files", root / "tests" / "conformance" / "graphs"};
  } else {
    const char* given = std::getenv("PIPEXPR_SHARED");
    const fs::path folder = (given != nullptr ? fs::path(given) : root.parent_path() / "shared") / "corpus";
    if (!fs::is_directory(folder)) {
      std::printf(
          "SKIPPED: shared folder absent: there is no %s; set PIPEXPR_SHARED to the folder that holds corpus/\n",
          folder.string().c_str());
      return kSkipped;
    }
    for (const char* kind : {"definitions", "api", "fragments", "instances", "unparsed"}) folders.insert(folder / kind);
  }
  Tally tally;
  for (const fs::path& folder : folders) {
    if (!fs::is_directory(folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.path().extension() == ".json") explain_file(entry.path(), samples, tally);
    }
  }
  std::printf(
      "%zu files: %zu fields explained, %zu nodes replayed; %zu fields without value, alike; %zu stopped by limits\n",
      tally.files, tally.fields, tally.replayed.nodes, tally.reported, tally.limited);
  for (const std::string& problem : tally.replayed.problems) std::printf("problem: %s\n", problem.c_str());
  return tally.replayed.problems.empty() && tally.fields >= (samples ? 100U : 900U) ? 0 : 1;
}
