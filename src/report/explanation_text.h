// An explanation as `pipexpr explain` shows it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/explain.h>
#include <pipexpr/line_index.h>
#include <pipexpr/secret_mask.h>

namespace pipexpr::report {

// The views are borrowed.
class Explained {
 public:
  Explained(const Explanation& tree, const PipelineDefinition& definition, const SecretMask& mask)
      : tree_(tree), definition_(definition), mask_(mask), lines_(definition.json()) {}

  // A tree of lines of at most so many columns; 0: as long as they are, with details broken at 80. A node is
  // merged with its parent's line when both describe the same field: a field with its name, a text with its field.
  std::string text(bool color, std::size_t columns) const;

 private:
  using Node = ExplainedNode;

  std::vector<std::uint32_t> shown_parents() const;
  std::string label(const Node& node) const;
  std::string value(const Node& node) const;
  std::string source(const Node& node) const;
  std::string place(const Node& node) const;
  std::vector<std::string> details(std::uint32_t at, const std::vector<std::uint32_t>& parents) const;
  void describe(const Node& node, std::vector<std::string>& out) const;
  bool hidden(const Node& node) const { return node.secret && mask_.on(); }
  const ExplainedOrigin* origin(const Node& node) const {
    return node.origin == Node::kNone ? nullptr : &tree_.origins[node.origin];
  }

  const Explanation& tree_;
  const PipelineDefinition& definition_;
  const SecretMask& mask_;
  LineIndex lines_;
};

// What an origin is, in words: "a field of Copy, inherited from Default".
std::string origin_text(const ExplainedOrigin& origin, std::string_view name);

}  // namespace pipexpr::report
