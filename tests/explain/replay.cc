// Recomputes every value of an explanation from the values right below it.
#include "replay.h"

#include <deque>

namespace replay {
namespace {

using pipexpr::Context;
using pipexpr::Explanation;
using pipexpr::FieldItem;
using pipexpr::Kind;
using pipexpr::Value;
using pipexpr::ValueView;
using Node = pipexpr::ExplainedNode;

// Values as fields of the current object, named part0, part1, ...
class Parts {
 public:
  void add(const Node& node) {
    auto& items = items_.emplace_back();
    if (node.value.kind() == Kind::list) {
      for (const Value& item : node.value.items()) items.push_back(item_of(item, node.slot));
    } else if (node.value.is_set()) {
      items.push_back(item_of(node.value, node.slot));
    }
    const std::string& name = names_.emplace_back("part" + std::to_string(names_.size()));
    bindings_.push_back({name,
                         {.items = items.data(),
                          .count = static_cast<std::uint32_t>(items.size()),
                          .type = node.slot,
                          .identity = &items}});
  }
  std::span<const pipexpr::Binding> all() const { return bindings_; }

 private:
  static FieldItem item_of(const Value& value, pipexpr::SlotType slot) {
    switch (value.kind()) {
      case Kind::string: return FieldItem::of_value(ValueView(value.text(), slot));
      case Kind::integer: return FieldItem::of_value(ValueView(value.integer()));
      case Kind::number: return FieldItem::of_value(ValueView(value.number()));
      case Kind::datetime: return FieldItem::of_value(ValueView(value.datetime()));
      case Kind::period: return FieldItem::of_value(ValueView(value.period()));
      default: return FieldItem::of_value(ValueView(value.reference().object));
    }
  }

  std::deque<std::vector<FieldItem>> items_;
  std::deque<std::string> names_;
  std::vector<pipexpr::Binding> bindings_;
};

std::string shown(const Value& value) { return std::string(kind_name(value.kind())) + " " + value.to_text(); }

// What a field makes of its values: one list, and numbers are texts when another field reads it.
Value collected(const std::vector<const Node*>& parts, bool as_texts = true) {
  Value::List all;
  const auto add = [&](const Value& value) {
    const bool number = as_texts && (value.kind() == Kind::integer || value.kind() == Kind::number);
    if (value.is_set()) all.push_back(number ? Value(value.to_text()) : value);
  };
  for (const Node* part : parts) {
    if (part->value.kind() != Kind::list) {
      add(part->value);
    } else {
      for (const Value& item : part->value.items()) add(item);
    }
  }
  return all.empty() ? Value() : all.size() == 1 ? all[0] : Value(std::move(all));
}

class Replay {
 public:
  Replay(const Explanation& tree, const pipexpr::PipelineDefinition& definition, const Context& context, Counts& counts)
      : tree_(tree), definition_(definition), context_(context), counts_(counts), children_(tree.nodes.size()) {
    for (const Node& node : tree.nodes) {
      if (node.parent != Node::kNone) children_[node.parent].push_back(&node);
    }
  }

  void run() {
    for (std::size_t i = 0; i < tree_.nodes.size(); ++i) {
      ++counts_.nodes;
      node(tree_.nodes[i], children_[i]);
    }
  }

 private:
  void expect(const Node& node, const Value& found) {
    if (found != node.value) problem(node, shown(found));
  }

  void problem(const Node& node, const std::string& found) {
    counts_.problems.push_back("'" + std::string(tree_.text(node)) + "' " + node.name + ": the tree has " +
                               shown(node.value) + ", the replay " + found);
  }

  void evaluate(const Node& node, const std::string& text, const std::vector<const Node*>& given,
                const Context& where) {
    Parts parts;
    for (const Node* part : given) parts.add(*part);
    Context context = where;
    if (!given.empty()) context.fields = parts.all();
    const auto expression = pipexpr::Expression::compile(text);
    if (!expression) return problem(node, text + ": " + expression.error().front().message);
    const auto value = expression->evaluate(definition_, context);
    if (!value) return problem(node, text + ": " + value.error().front().message);
    expect(node, *value);
  }

  void node(const Node& node, const std::vector<const Node*>& parts) {
    if (node.children != parts.size() || node.elided != 0 || node.cut) return problem(node, "an incomplete tree");
    if (node.rule == nullptr) problem(node, "no rule");
    const Context bare{.run = context_.run};
    const std::string source(tree_.text(node));
    switch (node.kind) {
      case Node::Kind::text:
        if (node.value.kind() == Kind::string && node.value.text() != source) problem(node, source);
        return;
      case Node::Kind::literal: return evaluate(node, "#{" + source + "}", {}, bare);
      case Node::Kind::operation:
        return evaluate(node, parts.size() == 1 ? "#{-part0}" : "#{part0 " + node.name + " part1}", parts, bare);
      case Node::Kind::call: {
        std::string text = "#{" + node.name + "(";
        for (std::size_t i = 0; i < parts.size(); ++i) text += (i == 0 ? "part" : ",part") + std::to_string(i);
        return evaluate(node, text + ")}", parts, bare);
      }
      case Node::Kind::template_text: return template_text(node, source, parts);
      case Node::Kind::reference:
        if (parts.size() == 1) return expect(node, parts[0]->value);
        return by_itself(node, {});
      case Node::Kind::member:
        if (parts.size() == 1) return by_itself(node, parts);
        return expect(node, collected({parts.begin() + 1, parts.end()}));
      case Node::Kind::field: return field(node, parts);
    }
  }

  void field(const Node& node, const std::vector<const Node*>& parts) {
    const pipexpr::ExplainedOrigin& origin = tree_.origins[node.origin];
    if (origin.origin != pipexpr::Origin::memo) return expect(node, collected(parts, node.parent != Node::kNone));
    for (const Node& other : tree_.nodes) {
      if (other.kind != Node::Kind::field || other.name != node.name || other.value != node.value) continue;
      const pipexpr::ExplainedOrigin& of = tree_.origins[other.origin];
      if (of.origin != pipexpr::Origin::memo && of.object == origin.object) return;
    }
    problem(node, "nothing evaluated before");
  }

  // What the run or the graph answers.
  void by_itself(const Node& node, const std::vector<const Node*>& operand) {
    const pipexpr::ExplainedOrigin& origin = tree_.origins[node.origin];
    Context context{.object = origin.object, .run = context_.run};
    if (operand.empty()) {
      const bool is_object =
          node.value.kind() == Kind::reference && !node.name.starts_with('@') && node.name != "parent";
      if (is_object) return expect(node, pipexpr::Reference{*definition_.find(node.name), node.name});
      return evaluate(node, "#{" + node.name + "}", {}, context);
    }
    // A component stays one, which a run would take for its instance.
    const std::string& head = operand[0]->name;
    if (head == "parent" || head == "@componentParent") context.run.reset();
    context.object = pipexpr::kNoObject;
    evaluate(node, "#{part0." + node.name + "}", operand, context);
  }

  // The template with each expression replaced by the name of its value.
  void template_text(const Node& node, const std::string& source, const std::vector<const Node*>& parts) {
    std::string text;
    std::size_t done = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::size_t at = parts[i]->span.offset;
      const std::size_t braces = source.rfind("#{", at), angles = source.rfind("#<", at);
      const std::size_t begin = braces == source.npos   ? angles
                                : angles == source.npos ? braces
                                                        : std::max(braces, angles);
      const std::size_t end = source.find_first_of("}>", parts[i]->span.end());
      if (begin == source.npos || begin < done || end == source.npos) return problem(node, "no expression there");
      text += source.substr(done, begin - done) + "#{part" + std::to_string(i) + "}";
      done = end + 1;
    }
    evaluate(node, text + source.substr(done), parts, {.run = context_.run});
  }

  const Explanation& tree_;
  const pipexpr::PipelineDefinition& definition_;
  const Context& context_;
  Counts& counts_;
  std::vector<std::vector<const Node*>> children_;
};

}  // namespace

void check(const Explanation& tree, const pipexpr::PipelineDefinition& definition, const Context& context,
           Counts& counts) {
  Replay(tree, definition, context, counts).run();
}

}  // namespace replay
