// The texts of Terraform's configuration in JSON: what its variables and locals tell is put in.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "forms/document.h"
#include "forms/intrinsics.h"
#include "forms/mapped_writer.h"

namespace pipexpr::forms {

// ${var.x} is the value that is given for x, else the variable's default, and ${local.x} what the file says; every
// other
// ${...} stays, which the checker excuses as it excuses every placeholder. $${ is the text ${, and %%{ the text %{.
class TerraformTexts {
 public:
  TerraformTexts(const Document& document, const Values& given);

  // Writes a scalar as a JSON string.
  void write(std::uint32_t value, MappedWriter& out);
  const std::set<std::string>& taken() const { return taken_; }
  std::vector<std::string> variables() const;

 private:
  struct Named {
    std::uint32_t value = 0;  // node of a scalar
    bool is_variable = false;
  };

  void collect(std::uint32_t block, bool is_variables);
  void parts(const Node& node, MappedWriter& out, std::size_t depth);
  // Whether the expression's value is known, which is written then.
  bool expression(std::string_view text, SourceSpan place, MappedWriter& out, std::size_t depth);

  const Document& document_;
  std::map<std::string, Named, std::less<>> known_;  // "var.x" and "local.x"
  std::map<std::string, std::string, std::less<>> given_;
  std::set<std::string> taken_;
  std::set<std::string, std::less<>> open_;  // locals that are being written, which cannot be part of themselves
  std::size_t left_ = 100'000;  // values that may be put in, so that locals of locals do not grow beyond bounds
};

}  // namespace pipexpr::forms
