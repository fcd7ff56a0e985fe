// One diagnostic as text: the header line, a snippet of the source with a caret, and the way that led there.
#include <fmt/format.h>

#include <algorithm>

#include <pipexpr/diagnostic.h>

#include "base/display_width.h"
#include "base/shown.h"
#include "base/snippet.h"
#include "base/utf8.h"

namespace pipexpr::base {
namespace {

constexpr std::size_t kMaxShownBytes = 100;  // bytes of a line that a snippet shows

struct Paint {
  bool on;
  std::string_view bold() const { return on ? "\x1b[1m" : ""; }
  std::string_view red() const { return on ? "\x1b[1;31m" : ""; }
  std::string_view reset() const { return on ? "\x1b[0m" : ""; }
};

}  // namespace

// What would steer a terminal shows as a blank. Marks stand under the columns that the characters take.
void append_snippet(std::string& out, std::string_view text, SourceSpan span, bool color) {
  const Paint paint{color};
  const std::size_t at = std::min<std::size_t>(span.offset, text.size());
  // A line may have megabytes: of it no more is read than can be shown.
  const std::size_t back = at - std::min(at, kMaxShownBytes + 1);
  std::size_t begin = back + (text.substr(back, at - back).rfind('\n') + 1);  // npos + 1 is 0
  std::size_t end =
      at + std::min(text.substr(at, kMaxShownBytes + 1).find('\n'), std::min(text.size() - at, kMaxShownBytes + 1));
  std::string_view before = "", after = "";
  if (end - begin > kMaxShownBytes) {
    if (at - begin > kMaxShownBytes / 2) {
      begin = at - kMaxShownBytes / 2;
      while (begin < at && continues_utf8(text[begin])) ++begin;
      before = "...";
    }
    if (end - begin > kMaxShownBytes) {
      end = begin + kMaxShownBytes;
      while (end > begin && continues_utf8(text[end])) --end;
      after = "...";
    }
  }
  out += " | ";
  out += before;
  std::string marks(before.size(), ' ');
  const std::size_t stop = std::clamp<std::size_t>(span.end(), at + 1, std::max(end, at + 1));
  ColumnCounter columns;
  bool marked = false;
  const auto mark = [&](std::size_t i, std::size_t width) {
    // What takes no column is marked all the same.
    for (width = i == at ? std::max<std::size_t>(width, 1) : width; width > 0; --width) {
      marks += i < at || i >= stop ? ' ' : marked ? '~' : '^';
      marked = i >= at;
    }
  };
  std::string_view rest = text.substr(begin, end - begin);
  while (!rest.empty()) {
    const std::size_t i = end - rest.size();
    const std::string_view from = rest;
    const std::size_t width = columns.take(rest);
    const std::string_view character = from.substr(0, from.size() - rest.size());
    const bool steers = steering(character).bytes != 0;
    out += steers ? " " : find_invalid_utf8(character) != character.npos ? "\uFFFD" : character;
    mark(i, steers ? 1 : width);
  }
  for (std::size_t i = end; i < stop; ++i) mark(i, 1);
  marks.erase(marks.find_last_not_of(' ') + 1);
  out += after;
  while (out.back() == ' ') out.pop_back();
  fmt::format_to(std::back_inserter(out), "\n | {}{}{}\n", paint.red(), marks, paint.reset());
}

std::string header_line(Severity severity, std::string_view code, std::string_view message, SourceSpan span,
                        const RenderOptions& options) {
  const Paint paint{options.color};
  const auto line = [&](const std::string& place, const std::string& end) {
    return fmt::format("{}{}{}:{} {}{}[{}]:{} {}{}\n", paint.bold(), shown(options.source_name), place, paint.reset(),
                       paint.red(), severity_name(severity), code, paint.reset(), shown(message), end);
  };
  // Without source its lines are not known.
  if (options.source.empty() && options.lines == nullptr && span.offset != 0)
    return line("", fmt::format(" (at byte {})", span.offset));
  SourceLocation place =
      options.lines != nullptr ? options.lines->locate(span.offset) : locate(options.source, span.offset);
  if (place.line == 1) place.column += options.first_column - 1;
  place.line += options.first_line - 1;
  return line(fmt::format(":{}:{}", place.line, place.column), "");
}

}  // namespace pipexpr::base

namespace pipexpr {

std::string_view severity_name(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::note: break;
  }
  return "note";
}

std::string render(const Diagnostic& diagnostic, const RenderOptions& options) {
  std::string out =
      base::header_line(diagnostic.severity, code_id(diagnostic.code), diagnostic.message, diagnostic.span, options);
  if (!options.source.empty()) base::append_snippet(out, options.source, diagnostic.span, options.color);
  for (std::size_t i = 0; i < diagnostic.path.size(); ++i) {
    const PathStep& step = diagnostic.path[i];
    out += base::show("   in {}:\n", step.name());
    if (i + 1 == diagnostic.path.size()) base::append_snippet(out, step.text, step.span, options.color);
  }
  return out;
}

}  // namespace pipexpr
