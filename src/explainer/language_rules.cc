// Finds the rule of the language that a step of an evaluation follows.
#include "explainer/language_rules.h"

#include <algorithm>

#include "base/attempt_mark.h"

namespace pipexpr {
namespace {

constexpr LanguageRule kRules[] = {
#define PIPEXPR_LANGUAGE_RULE(id, number, evidence, description) {#id, number, Evidence::evidence, description},
#include "explainer/language_rules.def"
#undef PIPEXPR_LANGUAGE_RULE
};

enum class Rule {
#define PIPEXPR_LANGUAGE_RULE(id, number, evidence, description) id,
#include "explainer/language_rules.def"
#undef PIPEXPR_LANGUAGE_RULE
};

using Node = ExplainedNode;
using Source = PipelineDefinition::ParameterInfo::Source;

const LanguageRule* function(std::string_view name) {
  const auto found = std::find_if(std::begin(kRules) + static_cast<int>(Rule::day), std::end(kRules),
                                  [&](const LanguageRule& rule) { return rule.id == name; });
  return found == std::end(kRules) ? nullptr : found;
}

class Finder {
 public:
  explicit Finder(const Explanation& tree) : tree_(tree), lists_(tree.nodes.size()), datetimes_(tree.nodes.size()) {
    for (const Node& node : tree.nodes) {
      if (node.parent == Node::kNone) continue;
      if (node.value.kind() == Kind::list) ++lists_[node.parent];
      if (node.value.kind() == Kind::datetime) datetimes_[node.parent] = true;
    }
  }

  const LanguageRule* rule_of(std::size_t at) const {
    const Node& node = tree_.nodes[at];
    if (node.kind != Node::Kind::call) return &kRules[static_cast<int>(rule(node, at))];
    if (lists(at) != 0) return &kRules[static_cast<int>(Rule::call_list)];
    return function(node.name);
  }

 private:
  Rule rule(const Node& node, std::size_t at) const {
    switch (node.kind) {
      case Node::Kind::field: return field(node);
      case Node::Kind::text: return node.value.kind() == Kind::reference ? Rule::reference_slot : Rule::verbatim;
      case Node::Kind::template_text: return template_text(node, at);
      case Node::Kind::literal: return literal(node);
      case Node::Kind::reference: return node.origin == Node::kNone ? found(at) : by_itself(node);
      case Node::Kind::member:
        if (at + 1 < tree_.nodes.size() && tree_.nodes[at + 1].value.kind() == Kind::list) return Rule::path_over_list;
        return member(node);
      case Node::Kind::operation: return operation(node, at);
      case Node::Kind::call: break;
    }
    return Rule::verbatim;
  }

  // What the run answers after a reference follows the rule that it follows without one, but for its times.
  static Rule member(const Node& node) {
    const bool is_time = node.name == "@scheduledStartTime" || node.name == "@scheduledEndTime";
    if (node.origin != Node::kNone && !(is_time && node.value.kind() == Kind::datetime)) return by_itself(node);
    return node.name.starts_with('@') ? Rule::runtime_path : Rule::path;
  }

  // The rule of a name is that of the field it found.
  Rule found(std::size_t at) const {
    const bool has_field = tree_.nodes[at].children == 1;
    return has_field ? field(tree_.nodes[at + 1]) : Rule::own_field;
  }

  Rule field(const Node& node) const {
    if (node.name == "node") return Rule::node_field;
    if (node.origin == Node::kNone) return Rule::own_field;
    const ExplainedOrigin& origin = tree_.origins[node.origin];
    switch (origin.origin) {
      case Origin::context: return node.name.starts_with('@') ? Rule::runtime_field : Rule::override_field;
      case Origin::run: return Rule::runtime_field;
      case Origin::parameter: return parameter(origin);
      default: break;
    }
    if (node.name.starts_with('*')) return Rule::secret_field;
    if (origin.object == kNoObject) return parameter(origin);  // evaluated before
    if (node.name.starts_with('@')) return Rule::runtime_field;
    if (origin.defined_by.empty()) return Rule::own_field;
    return origin.defined_by == "Default" ? Rule::default_field : Rule::inherited_field;
  }

  static Rule parameter(const ExplainedOrigin& origin) {
    switch (origin.parameter) {
      case Source::none: return Rule::parameter_unset;
      case Source::default_value: return Rule::parameter_default;
      case Source::override_value: return Rule::parameter_override;
      case Source::file: break;
    }
    return Rule::parameter_value;
  }

  static Rule by_itself(const Node& node) {
    if (node.name == "@scheduledStartTime" || node.name == "@scheduledEndTime") {
      return node.value.kind() == Kind::datetime ? Rule::run_interval : Rule::unset_runtime_field;
    }
    if (node.name == "id" || node.name == "@id") {
      const bool instance = node.value.kind() == Kind::string && node.value.text().starts_with('@');
      return instance ? Rule::run_id : Rule::component_id;
    }
    if (node.name == "name") {  // names of instances end in a time
      const bool attempt =
          node.value.kind() == Kind::string && node.value.text().find(base::kAttemptMark) != std::string_view::npos;
      return attempt ? Rule::attempt_name : Rule::run_name;
    }
    if (node.name == "parent" && node.value.is_set()) return Rule::run_parent;
    if ((node.name == "@componentParent" || node.name == "@instanceParent") && node.value.is_set()) {
      return Rule::run_link;
    }
    return node.value.kind() == Kind::reference ? Rule::object_by_id : Rule::unset_runtime_field;
  }

  Rule template_text(const Node& node, std::size_t at) const {
    const bool list = lists(at) != 0;
    if (list)
      return node.children == 1 && node.value.kind() == Kind::list && whole(node, at) ? Rule::whole_list
                                                                                      : Rule::text_around_list;
    if (node.source == Node::kNone || node.parent == Node::kNone) return Rule::text_with_expressions;
    const std::uint32_t origin = tree_.sources[node.source].origin;
    if (origin == Node::kNone || tree_.nodes[node.parent].parent == Node::kNone) return Rule::text_with_expressions;
    return tree_.origins[origin].object == kNoObject ? Rule::nested_parameter : Rule::nested_field;
  }

  // Nothing but one expression.
  bool whole(const Node& node, std::size_t at) const { return tree_.nodes[at + 1].value == node.value; }

  Rule literal(const Node& node) const {
    if (node.value.kind() == Kind::string) {
      const std::string_view text = tree_.text(node);
      return text.empty() || text[0] == '\'' || text[0] == '"' ? Rule::literal_text : Rule::constant;
    }
    const std::string_view text = tree_.text(node);
    return text.find_first_not_of("0123456789.") == text.npos ? Rule::literal_number : Rule::constant;
  }

  Rule operation(const Node& node, std::size_t at) const {
    const std::uint32_t count = lists(at);
    if (count > 1) return Rule::operator_lists;
    if (count == 1) return Rule::operator_list;
    if (node.children == 1) return Rule::operator_sign;
    if (node.name == "^") return Rule::operator_power;
    if (node.name != "+" || node.value.kind() != Kind::string) return Rule::operator_number;
    if (datetimes_[at]) return Rule::operator_datetime;
    return Rule::operator_text;
  }

  std::uint32_t lists(std::size_t at) const { return lists_[at]; }

  const Explanation& tree_;
  std::vector<std::uint32_t> lists_;  // children that are lists, by node
  std::vector<bool> datetimes_;       // whether a child is a time
};

}  // namespace

std::span<const LanguageRule> language_rules() { return kRules; }

std::string_view evidence_name(Evidence evidence) {
  switch (evidence) {
    case Evidence::observed: return "observed";
    case Evidence::documented: return "documented";
    case Evidence::seen_in_use: return "seen in use";
    case Evidence::joda_time: return "as Joda-Time does";
    case Evidence::inferred: return "inferred";
    case Evidence::our_choice: break;
  }
  return "our choice";
}

void explainer::find_rules(Explanation& tree) {
  const Finder finder(tree);
  for (std::size_t i = 0; i < tree.nodes.size(); ++i) tree.nodes[i].rule = finder.rule_of(i);
}

}  // namespace pipexpr
