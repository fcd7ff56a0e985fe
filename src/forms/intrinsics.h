// The functions of CloudFormation templates, as far as the template and the given values tell their results.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "forms/document.h"
#include "forms/mapped_writer.h"

namespace pipexpr::forms {

using Values = std::vector<std::pair<std::string, std::string>>;

// What is unknown stays as ${Name}, which the checker excuses as it excuses every placeholder.
class Intrinsics {
 public:
  // `parameters` and `mappings` are the template's, or 0 when it has none.
  Intrinsics(const Document& document, std::uint32_t parameters, std::uint32_t mappings, const Values& given);

  // Of {"Fn::If": [condition, then, else]} that which is something, and the first one when both are: what it holds is
  // looked at, whichever the stack takes. Every other value is its own.
  std::uint32_t branch(std::uint32_t value) const;
  // Whether the value is left out: {"Ref": "AWS::NoValue"}.
  bool is_nothing(std::uint32_t value) const;
  // Whether it is a scalar or a function, which both stand for a text.
  bool is_text(std::uint32_t value) const;
  // Writes the text as a JSON string.
  void write(std::uint32_t value, MappedWriter& out);
  // Names of the given values that the template's parameters took.
  const std::set<std::string>& taken() const { return taken_; }

 private:
  // The function's name without Fn::, and its argument; empty for what is none.
  std::string_view function(std::uint32_t value, std::uint32_t& argument) const;
  void parts(std::uint32_t value, MappedWriter& out, std::size_t depth);
  void reference(std::string_view name, SourceSpan place, MappedWriter& out);
  // A function that is not followed, with what it is given: two that differ are two placeholders.
  std::string spelled(std::uint32_t value, std::size_t depth) const;
  // The items of a parameter that is a list, where they are known.
  bool items(std::uint32_t value, std::vector<std::string_view>& found) const;
  void join(std::uint32_t call, std::uint32_t argument, MappedWriter& out, std::size_t depth);
  void substitute(std::uint32_t argument, MappedWriter& out, std::size_t depth);
  std::uint32_t mapped(std::uint32_t argument) const;  // the value that Fn::FindInMap finds, or 0
  std::string_view value_of(std::string_view name, bool& known) const;

  const Document& document_;
  std::uint32_t parameters_, mappings_;
  std::map<std::string, std::string, std::less<>> values_;
  std::set<std::string> taken_;
};

}  // namespace pipexpr::forms
