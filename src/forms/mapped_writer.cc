// Writes JSON and remembers where each part of it comes from.
#include "forms/mapped_writer.h"

#include <algorithm>

#include "base/json_escape.h"

namespace pipexpr::forms {
namespace {

// The run that the byte is in, or the first one.
std::vector<Run>::const_iterator run_at(const std::vector<Run>& runs, std::size_t at) {
  auto run =
      std::upper_bound(runs.begin(), runs.end(), at, [](std::size_t byte, const Run& one) { return byte < one.begin; });
  return run == runs.begin() ? run : run - 1;
}

// Visits the part of each run that lies among those bytes of the decoded text.
template <class Visit>
void each_among(const std::vector<Run>& runs, std::size_t begin, std::size_t length, Visit visit) {
  for (auto run = run_at(runs, begin); run != runs.end() && run->begin < begin + length; ++run) {
    const std::size_t from = std::max<std::size_t>(begin, run->begin);
    const std::size_t to = std::min<std::size_t>(begin + length, run->begin + run->length);
    if (from < to) visit(*run, from, to);
  }
}

}  // namespace

void MappedWriter::add_part(std::size_t begin, SourceSpan place, bool exact) {
  const SourceSpan json{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(out_.size() - begin)};
  if (json.length != 0) map_->parts.push_back({json, place, exact});
}

void MappedWriter::mark(std::string_view json, SourceSpan place) {
  const std::size_t begin = out_.size();
  out_ += json;
  add_part(begin, place, false);
}

void MappedWriter::name(std::string_view name, SourceSpan place) {
  mark(base::json_quoted(name), place);
  out_ += ": ";
}

void MappedWriter::part(std::string_view text, SourceSpan place) {
  const std::size_t begin = out_.size();
  out_ += base::json_escaped(text);
  add_part(begin, place, false);
}

const std::vector<Run>& MappedWriter::runs(const Node& node) {
  if (last_ != &node) runs_ = runs_of(source_, node);
  last_ = &node;
  return runs_;
}

SourceSpan MappedWriter::place_of(const Node& node, std::size_t begin, std::size_t length) {
  SourceSpan place = node.span;
  bool first = true;
  each_among(runs(node), begin, length, [&](const Run& run, std::size_t from, std::size_t to) {
    const auto skip = static_cast<std::uint32_t>(run.exact ? from - run.begin : 0);
    const std::uint32_t end =
        run.exact ? run.source.offset + static_cast<std::uint32_t>(to - run.begin) : run.source.end();
    if (first) place.offset = run.source.offset + skip;
    first = false;
    place.length = end - place.offset;
  });
  return place;
}

void MappedWriter::part(const Node& node, std::size_t begin, std::size_t length) {
  each_among(runs(node), begin, length, [&](const Run& run, std::size_t from, std::size_t to) {
    const std::string_view text = node.text.substr(from, to - from);
    if (!run.exact) return part(text, run.source);
    const auto source = run.source.offset + static_cast<std::uint32_t>(from - run.begin);
    // What JSON escapes has its place as a whole; the bytes between have theirs one by one.
    for (std::size_t at = 0; at < text.size();) {
      std::size_t end = at;
      while (end < text.size() && base::json_size(text[end]) == 1) ++end;
      const bool plain = end > at;
      if (!plain) ++end;
      const std::size_t start = out_.size();
      out_ += base::json_escaped(text.substr(at, end - at));
      add_part(start, {source + static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end - at)}, plain);
      at = end;
    }
  });
}

}  // namespace pipexpr::forms
