// Translates: walks the expressions in their own order, brings each part into its normal form and writes it as the
// table says.
#include <pipexpr/translate.h>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include <pipexpr/object_graph.h>
#include <pipexpr/syntax_tree.h>

#include "base/char_class.h"
#include "base/report.h"
#include "base/utf8.h"
#include "translator/run_fields.h"
#include "translator/translation.h"
#include "translator/writer.h"

namespace pipexpr::translator {
namespace {

// Sums and differences of a few stay exact in JSONata's doubles.
constexpr std::int64_t kLargestInteger = 1'000'000'000;
// With it every run of translate.h stays in the years 1000 to 9999, in which all have four digits.
constexpr double kMaxShiftDays = 400 * 366.0;

constexpr std::size_t kMaxTimeBytes = 4096;

struct Unit {
  std::string_view name;
  double days;  // at most
};
// In the order of TimeUnit.
constexpr Unit kUnits[] = {{"Minutes", 1.0 / 1440}, {"Hours", 1.0 / 24}, {"Days", 1}, {"Weeks", 7},
                           {"Months", 31},          {"Years", 366}};

double days_of(std::string_view function) {
  for (const Unit& unit : kUnits) {
    if (function.ends_with(unit.name)) return unit.days;
  }
  return 31;  // firstOfMonth, sunday, midnight and the like move within their month
}

class Translator {
 public:
  Translator(const SyntaxTree& tree, TranslationTarget target, const Table& table, const TranslationOptions& options,
             Translation& out)
      : tree_(tree), target_(target), table_(table), options_(options), writer_(target, table), out_(out) {}

  void run() {
    std::vector<Code> parts;
    for (const SyntaxSegment& segment : tree_.segments()) {
      if (!segment.is_expression) {
        parts.push_back(string(std::string(tree_.text(segment.span)), segment.span));
        continue;
      }
      if (!has_name(segment)) {
        parts.push_back(constant(segment));
        continue;
      }
      std::vector<Code> stack;
      for (std::uint32_t at = segment.first; at <= segment.root; ++at) {
        const std::size_t base = stack.size() - tree_.nodes()[at].operand_count;
        const std::size_t before = out_.refusals.size();
        // What is made of something refused is not refused once more.
        Code made;
        const bool has_refused = std::any_of(stack.begin() + static_cast<std::ptrdiff_t>(base), stack.end(),
                                             [](const Code& code) { return code.text.empty(); });
        if (!has_refused) made = node(at, stack.data() + base);
        // A row may name its time twice, so that nested calls would grow without bound.
        if (made.kind == Code::Kind::time && made.text.size() > kMaxTimeBytes) {
          made = refuse(DiagnosticCode::translation_range, tree_.nodes()[at].span, "the length of the translated time",
                        fmt::format("{} bytes", kMaxTimeBytes));
        }
        if (out_.refusals.size() != before) made = {};
        stack.resize(base);
        stack.push_back(std::move(made));
      }
      parts.push_back(std::move(stack.back()));
    }
    if (out_.refusals.empty()) out_.text = writer_.as_template(parts);
  }

 private:
  bool has_name(const SyntaxSegment& segment) const {
    for (std::uint32_t at = segment.first; at <= segment.root; ++at) {
      if (tree_.nodes()[at].kind == NodeKind::name) return true;
    }
    return false;
  }
  // Specializing leaves a lone constant as it is when it is no string, for its kind; here its text is wanted.
  Code constant(const SyntaxSegment& segment) {
    const auto expression = Expression::compile(tree_.text(segment.span), {.delimiters = options_.delimiters});
    const auto text = expression ? expression->evaluate_text(NoObjects()) : Result<std::string>(expression.error());
    if (text) return string(*text, segment.span);
    for (Diagnostic why : text.error()) {
      why.span = segment.span;
      out_.refusals.push_back(std::move(why));
    }
    return {};
  }

  template <class... Args>
  Code refuse(DiagnosticCode code, SourceSpan span, const Args&... args) {
    out_.refusals.push_back(base::report(code, span, args...));
    return {};
  }
  Code refuse_operation(const SyntaxNode& node) {
    return refuse(DiagnosticCode::translation_operation, node.span, "'" + base::excerpt(tree_.text(node.span)) + "'");
  }

  Code string(std::string value, SourceSpan span) {
    if (base::find_invalid_utf8(value) != value.npos) return refuse(DiagnosticCode::translation_bytes, span);
    for (const std::string_view name : {"${INPUT", "${OUTPUT", "$INPUT", "$OUTPUT"}) {
      const std::size_t at = value.find(name);
      if (at == value.npos) continue;
      std::size_t end = at + name.size();
      while (end < value.size() && base::is_word(value[end])) ++end;
      const std::string_view variable = std::string_view(value).substr(at, end - at);
      if (!variable.ends_with("_STAGING_DIR")) continue;
      return refuse(DiagnosticCode::translation_staging, span, variable.substr(name[1] == '{' ? 2 : 1));
    }
    Code made{.kind = Code::Kind::string, .text = writer_.quoted(value), .is_literal = true};
    made.value = std::move(value);
    return made;
  }
  Code integer(std::int64_t number, SourceSpan span) {
    if (number > kLargestInteger || number < -kLargestInteger) {
      return refuse(DiagnosticCode::translation_range, span, fmt::format("the number {}", number), kLargestInteger);
    }
    return {.kind = Code::Kind::integer,
            .text = number < 0 ? fmt::format("({})", number) : fmt::format("{}", number),
            .is_literal = true,
            .number = number};
  }

  Code node(std::uint32_t at, const Code* operands) {
    const SyntaxNode& node = tree_.nodes()[at];
    switch (node.kind) {
      case NodeKind::integer: return integer(node.integer, node.span);
      case NodeKind::number: return refuse_operation(node);
      case NodeKind::string: return string(tree_.string_value(at), node.span);
      case NodeKind::name:
      case NodeKind::member:
        // What is in front of a member is refused with it.
        if (at + 1 < tree_.nodes().size() && tree_.nodes()[at + 1].kind == NodeKind::member) return {.text = "?"};
        return name(node);
      case NodeKind::negate:
        if (operands[0].kind != Code::Kind::integer) return refuse_operation(node);
        if (operands[0].is_literal) return integer(-operands[0].number, node.span);
        return {.kind = Code::Kind::integer, .text = "(-" + operands[0].text + ")"};
      case NodeKind::binary: return binary(node, operands[0], operands[1]);
      case NodeKind::call: return call(node, operands);
    }
    return refuse_operation(node);
  }

  Code name(const SyntaxNode& node) {
    const std::string_view text = tree_.text(node.span);
    if (options_.has_one_node && text == "node.@scheduledStartTime") {
      return {.kind = Code::Kind::time, .text = writer_.start_of_run()};
    }
    if (options_.has_one_node && text == "node.@scheduledEndTime") {
      return {.kind = Code::Kind::time, .text = writer_.end_of_run()};
    }
    if (text == "@scheduledStartTime") return {.kind = Code::Kind::time, .text = writer_.start_of_run()};
    if (text == "@scheduledEndTime") return {.kind = Code::Kind::time, .text = writer_.end_of_run()};
    if (text == "name" && !options_.name.empty()) return instance_name(options_.name, node.span);
    if (text == "node.name" && options_.has_one_node && !options_.node_name.empty()) {
      return instance_name(options_.node_name, node.span);
    }
    const std::string_view last = tree_.text(node.name);
    if (last.starts_with('*')) return refuse(DiagnosticCode::translation_secret, node.span, base::excerpt(text));
    if (last.starts_with('@') && !text.starts_with("node.")) {
      return refuse(DiagnosticCode::translation_run_field, node.span, base::excerpt(text), advice_for(last, target_));
    }
    return refuse(DiagnosticCode::translation_name, node.span, base::excerpt(text),
                  text == "node" || text.starts_with("node.")
                      ? "write the times of the run without 'node', and the rest by hand"
                      : "give it one, or pass it to the target as a variable of your own");
  }

  // @Component_2012-12-12T00:00:00
  Code instance_name(std::string_view component, SourceSpan span) {
    const Code head = string(fmt::format("@{}_", component), span);
    if (head.text.empty()) return head;
    const Code start{.kind = Code::Kind::time, .text = writer_.start_of_run()};
    return {.kind = Code::Kind::string, .text = writer_.joined({writer_.as_string(head), writer_.as_string(start)})};
  }

  Code binary(const SyntaxNode& node, const Code& left, const Code& right) {
    const bool has_string = left.kind == Code::Kind::string || right.kind == Code::Kind::string;
    if (node.op == '+' && has_string) {
      if (left.is_literal && right.is_literal) return string(value_of(left) + value_of(right), node.span);
      return {.kind = Code::Kind::string, .text = writer_.joined({writer_.as_string(left), writer_.as_string(right)})};
    }
    const bool is_whole = left.kind == Code::Kind::integer && right.kind == Code::Kind::integer;
    if (!is_whole || (node.op != '+' && node.op != '-')) return refuse_operation(node);
    return {.kind = Code::Kind::integer, .text = fmt::format("({} {} {})", left.text, node.op, right.text)};
  }
  static std::string value_of(const Code& code) {
    return code.kind == Code::Kind::string ? code.value : std::to_string(code.number);
  }

  Code call(const SyntaxNode& node, const Code* operands) {
    const std::string_view name = tree_.text(node.name);
    const FunctionRow* const row = table_.function(name);
    if (row == nullptr || row->form == FunctionForm::constant || node.operand_count == 0 ||
        operands[0].kind != Code::Kind::time) {
      return refuse_operation(node);
    }
    const Code& time = operands[0];
    switch (row->form) {
      case FunctionForm::pattern: return format(node, time, operands[1]);
      case FunctionForm::period: return period(node, *row, time, operands[1]);
      case FunctionForm::zone:
        if (operands[1].is_literal && operands[1].value == "UTC") return time;
        return refuse(DiagnosticCode::translation_zone, node.span, name);
      case FunctionForm::integer: return {.kind = Code::Kind::integer, .text = filled(row->text, time.text)};
      case FunctionForm::time:
      case FunctionForm::constant: break;
    }
    if (node.operand_count == 1) return moved(node, filled(row->text, time.text), time.reach + days_of(name));
    const Code& count = operands[1];
    if (!count.is_literal || count.kind != Code::Kind::integer) {
      return refuse(DiagnosticCode::translation_argument, node.span, 2, name);
    }
    return shifted(node, *row, time, count.number);
  }

  Code moved(const SyntaxNode& node, std::string text, double reach) {
    if (!(reach <= kMaxShiftDays)) {
      return refuse(DiagnosticCode::translation_range, node.span, "'" + base::excerpt(tree_.text(node.span)) + "'",
                    "400 years before or after the run");
    }
    return {.kind = Code::Kind::time, .text = std::move(text), .reach = reach};
  }

  // The normal form has counts above zero: the opposite function takes a negative one, and none moves by nothing.
  Code shifted(const SyntaxNode& node, const FunctionRow& row, const Code& time, std::int64_t count) {
    if (count == 0) return time;
    const double reach = time.reach + std::abs(static_cast<double>(count)) * days_of(row.name);
    if (!(reach <= kMaxShiftDays)) return moved(node, {}, reach);
    const FunctionRow* use = &row;
    if (count < 0) {
      const bool is_plus = row.name.starts_with("plus");
      use = table_.function(fmt::format("{}{}", is_plus ? "minus" : "plus", row.name.substr(is_plus ? 4 : 5)));
      if (use == nullptr) return refuse_operation(node);
    }
    return moved(node, filled(use->text, time.text, std::abs(count)), reach);
  }

  Code period(const SyntaxNode& node, const FunctionRow& row, const Code& time, const Code& text) {
    if (!text.is_literal || text.kind != Code::Kind::string) {
      return refuse(DiagnosticCode::translation_argument, node.span, 2, row.name);
    }
    const auto period = parse_period(text.value);
    if (!period) return refuse_operation(node);
    const Unit& unit = kUnits[static_cast<std::size_t>(period->unit)];
    const FunctionRow* const use =
        table_.function(fmt::format("{}{}", row.name.substr(0, row.name.size() - 6), unit.name));
    return use == nullptr ? refuse_operation(node) : shifted(node, *use, time, period->count);
  }

  Code format(const SyntaxNode& node, const Code& time, const Code& pattern) {
    if (!pattern.is_literal || pattern.kind != Code::Kind::string) {
      return refuse(DiagnosticCode::translation_argument, node.span, 2, "format");
    }
    std::string text, refused, why;
    if (!writer_.formatted(pattern.value, time.text, text, refused, why)) {
      return refuse(DiagnosticCode::translation_pattern, node.span, base::excerpt(refused), why);
    }
    return {.kind = Code::Kind::string, .text = std::move(text)};
  }

  const SyntaxTree& tree_;
  TranslationTarget target_;
  const Table& table_;
  TranslationOptions options_;
  Writer writer_;
  Translation& out_;
};

}  // namespace

Translation translate_by(const Table& table, const Expression& expression, TranslationTarget target,
                         const TranslationOptions& options) {
  Translation result;
  const auto tree =
      SyntaxTree::parse(expression.text(), {.delimiters = options.delimiters, .limits = Limits::ceilings()});
  if (tree) {
    Translator(*tree, target, table, options, result).run();
  } else {  // compiled with other delimiters
    result.refusals = tree.error();
  }
  return result;
}

}  // namespace pipexpr::translator

namespace pipexpr {

Translation translate(const Expression& expression, TranslationTarget target, const TranslationOptions& options) {
  return translator::translate_by(translator::table_of(target), expression, target, options);
}

}  // namespace pipexpr
