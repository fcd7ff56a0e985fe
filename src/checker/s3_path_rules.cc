// What no path in S3 can look like: without a scheme, with an empty folder name, with blanks.
#include <algorithm>

#include <pipexpr/expression.h>

#include "base/placeholder.h"
#include "checker/checks.h"

namespace pipexpr::checker {
namespace {

constexpr std::string_view kPathFields[] = {"filePath",  "directoryPath", "manifestFilePath", "pipelineLogUri",
                                            "emrLogUri", "scriptUri",     "s3Prefix",         "s3Key"};
// What stands for a part whose value is not known before a run.
constexpr char kUnknown = '\x01';

// A text with what is known of its expressions, and where each byte of it is from.
struct Sketch {
  std::string text;
  std::vector<SourceSpan> from;

  void add(std::string_view part, SourceSpan source, bool literal) {
    for (std::size_t i = 0; i < part.size(); ++i) {
      text += part[i];
      from.push_back(literal ? SourceSpan{source.offset + static_cast<std::uint32_t>(i), 1} : source);
    }
  }
};

// Where a part that another tool fills in ends, when one begins at `at`; `at` when none does, npos when it does not
// end.
std::size_t end_of_placeholder(std::string_view text, std::size_t at) {
  constexpr std::string_view kPairs[][2] = {{"${", "}"}, {"{{", "}}"}, {"<%", "%>"}};
  for (const auto& [open, close] : kPairs) {
    if (!text.substr(at).starts_with(open)) continue;
    int depth = 1;  // braces in braces, as in ${a["${b}"]}
    for (std::size_t i = at + open.size(); i < text.size(); ++i) {
      if (open == "${" && text[i] == '{') ++depth;
      if (text.substr(i).starts_with(close) && --depth == 0) return i + close.size();
    }
    return std::string_view::npos;
  }
  return at;
}

// One sign for each part that another tool fills in. False: where such a part ends is not known.
bool hide_placeholders(Sketch& path) {
  if (!base::has_placeholder(path.text)) return true;
  Sketch out;
  for (std::size_t at = 0; at < path.text.size();) {
    const std::size_t end = end_of_placeholder(path.text, at);
    if (end == std::string_view::npos) return false;
    const bool is_known = end == at;
    out.text += is_known ? path.text[at] : kUnknown;
    out.from.push_back(path.from[at]);
    at = is_known ? at + 1 : end;
  }
  path = std::move(out);
  return true;
}

Sketch sketch(const Stage& stage, ObjectId object, const Tree& tree) {
  Sketch out;
  std::size_t at = 0;
  const auto expression = [&](std::size_t end) {
    if (end <= at) return;
    const SourceSpan span{static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end - at)};
    const auto compiled = Expression::compile(tree.part(span), stage.options.compile);
    const auto value =
        compiled ? compiled->evaluate_text(stage.graph, {.object = object}) : Result<std::string>(compiled.error());
    out.add(value && !value->empty() ? *value : std::string(1, kUnknown), span, false);
  };
  for (const SourceSpan literal : tree.literals) {
    expression(literal.offset);
    out.add(tree.part(literal), literal, true);
    at = literal.end();
  }
  expression(tree.text.size());
  return out;
}

// Where the path begins after its scheme; npos when it has none.
std::size_t behind_scheme(std::string_view text) {
  for (const std::string_view scheme : {"s3://", "s3n://", "s3a://", "S3://"}) {
    if (text.starts_with(scheme)) return scheme.size();
  }
  return std::string_view::npos;
}

// With dots for what is not known.
std::string known(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != kUnknown) {
      out += text[i];
    } else if (i == 0 || text[i - 1] != kUnknown) {
      out += "...";
    }
  }
  return out;
}

void check_text(Stage& stage, const Place& place, std::string_view written, bool must_be_s3) {
  const Tree tree = read_tree(written, stage.options.compile);
  if (!tree.unread.empty()) return;
  Sketch path = sketch(stage, place.object, tree);
  // What an expression that was lost stands for is not known, either: another rule is about it.
  std::vector<TextFinding> lost;
  lost_expressions(tree, place.field, stage.scope, stage.options, lost);
  for (std::size_t i = 0; i < path.text.size(); ++i) {
    const SourceSpan from = path.from[i];
    const bool is_lost = std::any_of(lost.begin(), lost.end(), [&](const TextFinding& one) {
      return one.part.offset <= from.offset && from.end() <= one.part.end();
    });
    if (is_lost) path.text[i] = kUnknown;
  }
  const bool is_complete = lost.empty() && !base::has_placeholder(path.text);
  if (path.text.empty() || !hide_placeholders(path)) return;
  const std::string_view text = path.text;
  const auto finding = [&](std::size_t begin, std::size_t end, std::string message) {
    const SourceSpan first = path.from[begin], last = path.from[end - 1];
    stage.report.add(place, {Rule::s3_path, {first.offset, last.end() - first.offset}, std::move(message)});
  };
  std::size_t at = behind_scheme(text);
  const bool is_open = text[0] == kUnknown;  // it may begin with a scheme that is not known yet
  if (at == std::string_view::npos && !is_open) {
    // INSERT_LOG_LOCATION is to be replaced by hand.
    const bool is_stand_in = text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_-") == std::string_view::npos;
    const bool other = is_stand_in || text.find("://") != std::string_view::npos;
    if (!is_complete || other || text[0] == '/' || text[0] == '.' || text[0] == '~' || !must_be_s3) return;
    return finding(0, text.size(),
                   fmt::format("'{}' has no 's3://' before it, so that it is no path in S3", base::excerpt(written)));
  }
  // s3 may be what is not known.
  if (is_open) at = text.substr(1).starts_with("://") ? 4 : 1;
  // `s3:` may be what ${...} fills in.
  if (is_open && written.starts_with("${") && text.substr(1).starts_with("//")) at = 3;
  for (std::size_t i = at; i < text.size(); ++i) {
    if (i > 0 && text[i] == '/' && text[i - 1] == '/' && (i > at || !is_open)) {
      return finding(i - 1, i + 1,
                     fmt::format("'//' makes a folder without a name in the path '{}'", base::excerpt(known(text))));
    }
    if (text[i] == ' ' || text[i] == '\t' || text[i] == '\n') {
      return finding(i, i + 1, fmt::format("there is a blank in the path '{}'", base::excerpt(known(text))));
    }
  }
}

}  // namespace

void check_s3_paths(Stage& stage) {
  for (std::size_t i = 0; i < stage.graph.object_count(); ++i) {
    const ObjectId object = stage.graph.object(i);
    const std::string_view type = stage.scope.type(object);
    for (const auto& field : stage.graph.fields(object)) {
      if (std::find(std::begin(kPathFields), std::end(kPathFields), field.name) == std::end(kPathFields)) continue;
      const bool is_local = field.name == "scriptUri" || field.name == "s3Prefix" || field.name == "s3Key";
      const bool of_node = field.name.ends_with("Path");
      if (of_node && type != "S3DataNode") continue;
      for (std::uint32_t k = 0; k < field.field.count; ++k) {
        const FieldItem& item = field.field.items[k];
        if (item.value.is(Kind::string)) check_text(stage, {object, field.name, k}, item.value.text(), !is_local);
      }
    }
  }
}

}  // namespace pipexpr::checker
