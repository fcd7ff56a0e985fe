// Writes JSON and remembers where each part of it comes from.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/source_map.h>

#include "forms/document.h"
#include "forms/scalar_places.h"

namespace pipexpr::forms {

class MappedWriter {
 public:
  explicit MappedWriter(std::string_view source) : source_(source), map_(std::make_shared<SourceMap>()) {}

  void raw(std::string_view json) { out_ += json; }
  // Punctuation that stands for a place, such as the brace of an object.
  void mark(std::string_view json, SourceSpan place);
  // A comma, unless this is the first of its list.
  void next(bool& first) {
    if (!first) out_ += ',';
    first = false;
  }
  void name(std::string_view name, SourceSpan place);  // a member's name with its colon

  // A string in parts: begin, then texts from anywhere, then end.
  void begin_string(SourceSpan place) { mark("\"", {place.offset, 0}); }
  void part(const Node& node) { part(node, 0, node.text.size()); }  // a string of the source, byte for byte
  void part(const Node& node, std::size_t begin, std::size_t length);
  void part(std::string_view text, SourceSpan place);  // a text that was made from what stands there
  SourceSpan place_of(const Node& node, std::size_t begin, std::size_t length);  // of a piece of it in the source
  // The string has a ${...} that stands for a value which nothing here tells.
  void leave_open() { is_open_ = true; }
  void end_string(SourceSpan place) {
    mark("\"", {place.end(), 0});
    open_strings_ += is_open_ ? 1u : 0u;
    is_open_ = false;
  }
  std::size_t open_strings() const { return open_strings_; }

  std::string take_json() { return std::move(out_); }
  std::shared_ptr<const SourceMap> take_map() {
    map_->text = source_;
    return std::move(map_);
  }

 private:
  void add_part(std::size_t begin, SourceSpan place, bool exact);

  const std::vector<Run>& runs(const Node& node);

  std::string_view source_;
  std::string out_;
  bool is_open_ = false;
  std::size_t open_strings_ = 0;
  const Node* last_ = nullptr;  // whose runs these are: a text with many names is walked once
  std::vector<Run> runs_;
  std::shared_ptr<SourceMap> map_;
};

}  // namespace pipexpr::forms
