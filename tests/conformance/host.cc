// Host functions for rows: one of each way to fail, and some that use what no built-in function needs.
#include <stdexcept>

#include "row.h"

namespace conformance {
namespace {

using pipexpr::Call;
using pipexpr::DiagnosticCode;
using pipexpr::Kind;

pipexpr::FunctionRegistry make() {
  pipexpr::FunctionRegistry functions = pipexpr::FunctionRegistry::standard();
  functions
      .add({.name = "upper",
            .parameters = {{"text", Kind::string}},
            .result = Kind::string,
            .description = "the text in upper case",
            .body =
                [](Call& call) {
                  std::string text(call.text(0));
                  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
                  return call.return_value(text);
                }})
      .value();
  functions
      .add({.name = "half",
            .parameters = {{"value", Kind::number}},
            .result = Kind::number,
            .description = "half the number",
            .pure = true,
            .body = [](Call& call) { return call.return_value(call.number(0) / 2); }})
      .value();
  functions
      .add({.name = "repeat",
            .parameters = {{"text", Kind::string}, {"times", Kind::integer}},
            .result = Kind::string,
            .description = "the text again and again, written in place",
            .body =
                [](Call& call) {
                  const std::string_view text = call.text(0);
                  const auto times = static_cast<std::size_t>(call.integer(1));
                  char* to = call.allocate_text(text.size() * times);
                  if (to == nullptr) return false;
                  for (std::size_t i = 0; i < times; ++i) to += text.copy(to, text.size());
                  return call.return_text(text.size() * times);
                }})
      .value();
  functions
      .add({.name = "hoursOf",
            .parameters = {{"period", Kind::period}},
            .result = Kind::integer,
            .description = "the count of a period, whatever its unit",
            .pure = true,
            .body = [](Call& call) { return call.return_value(call.period(0).count); }})
      .value();
  functions
      .add({.name = "ratio",
            .parameters = {{"a", Kind::number}, {"b", Kind::number}},
            .result = Kind::number,
            .description = "the one by the other, whatever that is",
            .body = [](Call& call) { return call.return_value(call.number(0) / call.number(1)); }})
      .value();
  functions
      .add({.name = "refuse",
            .parameters = {{"why", Kind::string}},
            .result = Kind::string,
            .description = "fails",
            .pure = true,
            .body = [](Call& call) { return call.fail(std::string(call.text(0))); }})
      .value();
  functions
      .add({.name = "refuseAt",
            .parameters = {{"why", Kind::string}},
            .result = Kind::string,
            .description = "fails at the second byte of its argument",
            .body =
                [](Call& call) {
                  return call.fail_at(0, {1, 1}, DiagnosticCode::function_failed, "second byte");
                }})
      .value();
  functions
      .add({.name = "throwUp",
            .parameters = {},
            .result = Kind::string,
            .description = "throws",
            .pure = true,
            .body = [](Call&) -> bool { throw std::runtime_error("no connection"); }})
      .value();
  functions
      .add({.name = "throwNothing",
            .parameters = {},
            .result = Kind::string,
            .description = "throws something that is no exception",
            .pure = true,
            .body = [](Call&) -> bool { throw 42; }})
      .value();
  functions
      .add({.name = "sayNothing",
            .parameters = {},
            .result = Kind::string,
            .description = "returns true without a result",
            .pure = true,
            .body = [](Call&) { return true; }})
      .value();
  functions
      .add({.name = "giveUp",
            .parameters = {},
            .result = Kind::string,
            .description = "returns false and does not say why",
            .pure = true,
            .body = [](Call&) { return false; }})
      .value();
  functions
      .add({.name = "firstOf",
            .parameters = {{"letters", Kind::string}},
            .result = Kind::string,
            .description =
                "the first of some letters; prepares them, and refuses digits, '?', '!' and blanks in its own ways",
            .pure = true,
            .body = [](Call& call) { return call.return_value(std::string_view(call.prepared<std::string>())); },
            .prepare = [](std::string_view letters, const pipexpr::Limits&) -> pipexpr::Prepared {
              const std::size_t digit = letters.find_first_of("0123456789");
              if (digit != letters.npos) {
                pipexpr::Prepared refused;
                refused.message = "letters only";
                refused.part = {static_cast<std::uint32_t>(digit), 1};
                return refused;
              }
              if (letters.find('?') != letters.npos) {
                pipexpr::Prepared refused;
                refused.code = DiagnosticCode::limit_pattern;
                refused.message = "a limit of the host's own";
                return refused;
              }
              if (letters.find('!') != letters.npos) throw 42;
              if (letters.find(' ') != letters.npos) throw std::runtime_error("no blanks");
              return {.object = std::make_shared<const std::string>(letters.substr(0, 1))};
            }})
      .value();
  return functions;
}

}  // namespace

const pipexpr::FunctionRegistry& host_functions() {
  static const pipexpr::FunctionRegistry functions = make();
  return functions;
}

}  // namespace conformance
