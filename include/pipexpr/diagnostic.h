// What went wrong, where, and what to do about it: errors are data, never exceptions and never output.
//
//   auto path = pipexpr::Expression::compile("s3://b/#{minusDay(@scheduledStartTime, 1)}");
//   for (const pipexpr::Diagnostic& d : path.error())
//     std::cerr << pipexpr::render(d, {.source_name = "path", .source = "s3://b/#{minusDay(@scheduledStartTime, 1)}"});
//
//   path:1:10: error[E201]: unknown function 'minusDay', did you mean 'minusDays'?
//    | s3://b/#{minusDay(@scheduledStartTime, 1)}
//    |          ^~~~~~~~
//
// A Diagnostic owns all its text.
#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/export.h>
#include <pipexpr/line_index.h>
#include <pipexpr/source.h>

namespace pipexpr {

// Every code, with its message, is in codes.def.
enum class DiagnosticCode : std::uint16_t {
#define PIPEXPR_CODE(id, name, message) name,
#include <pipexpr/codes.def>
#undef PIPEXPR_CODE
};

// "E201", "unknown_function", and the message with its gaps, as in codes.def. Of a number that is no code all are
// empty.
PIPEXPR_API std::string_view code_id(DiagnosticCode code);
PIPEXPR_API std::string_view code_name(DiagnosticCode code);
PIPEXPR_API std::string_view code_description(DiagnosticCode code);
// All of them, in the order of codes.def.
PIPEXPR_API std::span<const DiagnosticCode> codes();
// By id or name; nothing when there is none.
PIPEXPR_API std::optional<DiagnosticCode> find_code(std::string_view text);

// The code's message with its gaps filled.
PIPEXPR_API std::string format_message(DiagnosticCode code, std::span<const std::string> arguments);
// The same for a message of your own with the same gaps, such as a translation: {} takes the next value, {1} the second
// one, and {{ and }} are braces. A gap without a value stays empty.
PIPEXPR_API std::string format_message(std::string_view message, std::span<const std::string> arguments);

enum class Severity : std::uint8_t { error, warning, note };
// "error", "warning", "note".
PIPEXPR_API std::string_view severity_name(Severity severity);

// One step on the way to an error: the field whose text was being evaluated. The first step is the field that the
// evaluated template refers to, the last one holds the error.
struct PathStep {
  std::string object;             // id; empty for a parameter
  std::string field;              // field or parameter name
  std::string text;               // the field's text, at most about 200 bytes around the span
  SourceSpan span;                // the part that is wrong, in `text`
  std::uint32_t text_offset = 0;  // where `text` begins in the field's whole text
  std::uint32_t item = 0;         // which value, when the field has several

  // "Object.field", or the parameter's name.
  std::string name() const { return object.empty() ? field : object + "." + field; }
};

// An edit: `text` instead of the bytes of `span`.
struct TextEdit {
  SourceSpan span;
  std::string text;
};

struct Diagnostic {
  DiagnosticCode code{};
  Severity severity = Severity::error;
  std::string message = {};
  SourceSpan span = {};             // in the template that was given
  std::vector<PathStep> path = {};  // empty when the error is in that template itself
  // What fills the gaps of the code's message, in order: message == format_message(code, arguments). Empty for a
  // message that a function of the host has written itself.
  std::vector<std::string> arguments = {};
  // What was probably meant, as in "did you mean 'minusDays'?". It edits the template that was given, or the text of
  // the last step of `path` when there is one.
  std::optional<TextEdit> replacement = {};
  // Of E901: what the host's code has thrown, to be thrown again or looked at; null otherwise.
  std::exception_ptr exception = {};
};

using Diagnostics = std::vector<Diagnostic>;

struct RenderOptions {
  std::string_view source_name = "template";
  std::string_view source = {};      // the template; without it no snippet is shown
  bool color = false;                // ANSI colors
  const LineIndex* lines = nullptr;  // of `source`; without it each diagnostic costs time linear in its offset
  std::uint32_t first_line = 1;      // where `source` begins in its file
  std::uint32_t first_column = 1;
};

// The diagnostic as a compiler would print it, with a snippet of the line and a caret, ending in a newline.
PIPEXPR_API std::string render(const Diagnostic& diagnostic, const RenderOptions& options = {});

}  // namespace pipexpr
