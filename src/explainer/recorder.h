// The listener that records an evaluation. Nodes are made in the order of evaluation, parts before the whole, on a
// stack of values like the evaluator's own; take() turns them round.
#pragma once

#include <vector>

#include <pipexpr/explain.h>

namespace pipexpr::explainer {

class Recorder final : public EvaluationListener {
 public:
  Recorder(const ObjectGraph& graph, const Context& context, const ExplainOptions& options);

  void enter_field(const TracedField& field) override;
  void leave_field(const TracedField& field, const ValueView& value) override;
  void node(const TracedNode& node, const ValueView& value) override;

  // The field around several evaluations, one for each of its values.
  void begin_field(const TracedField& field) { open(field); }
  void verbatim(const ValueView& value, std::string_view source);
  void end_field(const TracedField& field, const Value& value);

  // The tree; nothing may be recorded afterwards.
  Explanation take();

 private:
  struct Raw {
    ExplainedNode node;
    std::uint32_t first = ExplainedNode::kNone;  // child
    std::uint32_t next = ExplainedNode::kNone;   // sibling
  };
  struct Entry {
    std::uint32_t raw;  // kNone: left out
    bool field;         // no value but what the next reference or member read
  };
  struct Open {
    std::uint32_t base;    // height of the stack below its values
    std::uint32_t origin;  // kNone for the given template
    std::uint32_t source = ExplainedNode::kNone;
    const char* text = nullptr;  // of that source
    std::uint32_t item = 0;
  };

  void open(const TracedField& field);
  void close(const TracedField& field, std::uint32_t made);
  std::uint32_t origin_of(const TracedField& field);
  std::uint32_t run_origin(std::uint32_t operand);
  std::uint32_t source_of(std::string_view text);
  std::uint32_t make(ExplainedNode::Kind kind, std::string_view name, std::size_t children, bool always);
  void adopt(std::uint32_t made, std::size_t from, bool field = false);
  void keep(const ValueView& value, ExplainedNode& node);
  Value own(const ValueView& value, ExplainedNode& node);
  bool answered_by_itself(std::uint32_t made) const;

  const ObjectGraph& graph_;
  const Context& context_;
  EvaluationListener* const next_;
  const std::uint32_t max_nodes_;
  std::uint64_t bytes_left_;
  Explanation tree_;
  std::vector<Raw> raw_;
  std::vector<Entry> stack_;
  std::vector<Open> open_;
};

}  // namespace pipexpr::explainer
