// Infers the kind of every part of an expression and reports names, calls and operators that cannot work.
#include "checker/type_inference.h"

#include <algorithm>

#include "base/char_class.h"
#include "base/runtime_fields.h"
#include "checker/operator_rules.h"
#include "definition/slot_table.h"
#include "syntax/printer.h"

namespace pipexpr::checker {
namespace {

using Where = Found::Where;

constexpr int kMaxDepth = 8;  // fields of fields that are read for the kind of a value

// YYYY, MM, dd, HHmm: a name that can only be a date pattern without its quotes.
bool looks_like_pattern(std::string_view name) {
  bool repeated = false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (std::string_view("GCYyxwEeDMdaHhKkmsSzZ").find(name[i]) == std::string_view::npos) return false;
    repeated = repeated || (i > 0 && name[i] == name[i - 1]);
  }
  return repeated;
}

bool looks_like_parameter(std::string_view name) {
  const std::string_view plain = name.starts_with("*") ? name.substr(1) : name;
  return plain.size() > 2 && plain.starts_with("my") && (plain[2] == '_' || base::is_upper(plain[2]));
}

// The suggested name becomes an edit for the author to make.
std::optional<Edit> correction(SourceSpan part, const std::string& hint) {
  const std::size_t quote = hint.find('\'');
  if (quote == std::string::npos) return std::nullopt;
  const std::string name = hint.substr(quote + 1, hint.rfind('\'') - quote - 1);
  return Edit{part, name, fmt::format("write '{}'", name), FixTier::display};
}

// The object's own field that is documented under the name, but for its spelling.
std::optional<std::pair<ObjectId, std::string>> misspelt_field(const Scope& scope, ObjectId object,
                                                               std::string_view name) {
  using definition::SlotUse;
  const std::string_view type = scope.type(object);
  const SlotUse meant = definition::slot_use(type, name);
  if (meant == SlotUse::none || meant == SlotUse::runtime) return std::nullopt;
  const auto own = scope.graph().fields(object);
  std::unordered_set<std::string_view> given;
  for (const auto& field : own) given.insert(field.name);
  for (const auto& field : own) {
    if (Scope::nearest_slot(type, given, field.name).best() == name) return std::pair(object, std::string(field.name));
  }
  return std::nullopt;
}

TextFinding misspelt_runtime_field(std::string_view name, SourceSpan part) {
  const base::Similar similar = Scope::nearest_runtime_field(name);
  TextFinding finding{Rule::misspelt_runtime_field, part,
                      fmt::format("no object has a runtime field '{}'{}", name, base::did_you_mean(similar))};
  finding.edit = near_name(part, similar);
  return finding;
}

}  // namespace

std::optional<Edit> near_name(SourceSpan part, const base::Similar& similar) {
  if (similar.best().empty()) return std::nullopt;
  return Edit{part, similar.best(), fmt::format("write '{}'", similar.best()),
              similar.is_same_word() ? FixTier::unsafe_fix : FixTier::display};
}

struct TypeChecker::Part {
  Type type;
  std::uint32_t node = 0;
};

TypeChecker::TypeChecker(const Scope& scope, const CheckOptions& options)
    : scope_(scope),
      functions_(options.compile.functions != nullptr ? *options.compile.functions : FunctionRegistry::standard()),
      compile_(options.compile) {}

Walked TypeChecker::walk(const Tree& tree, ObjectId object) const {
  Walked out;
  for (std::size_t i = 0; i < tree.roots.size(); ++i) expression(tree, i, object, 0, &out);
  return out;
}

// The recursion through value_of ends at kMaxDepth.
Type TypeChecker::expression(const Tree& tree, std::size_t index, ObjectId object, int depth, Walked* out) const {
  const std::uint32_t root = tree.roots[index];
  std::vector<Part> stack;
  std::vector<TextFinding>* const findings = out == nullptr ? nullptr : &out->findings;
  for (std::uint32_t at = syntax::first_of(tree.nodes, root); at <= root; ++at) {
    const syntax::Node& node = tree.nodes[at];
    const std::size_t base = stack.size() - syntax::operand_count(node);
    Type type;
    switch (node.kind) {
      case syntax::NodeKind::integer: type.kind = Type::Kind::integer; break;
      case syntax::NodeKind::number:
        type.kind = Type::Kind::number;
        type.text = tree.part(node.span);
        break;
      case syntax::NodeKind::string:
        type.kind = Type::Kind::text;
        type.is_literal = !node.escaped;
        type.text = tree.part(node.text);
        break;
      case syntax::NodeKind::name: {
        const bool head = at < root && tree.nodes[at + 1].kind == syntax::NodeKind::member;
        type = name(tree, node, head, object, depth, out);
        break;
      }
      case syntax::NodeKind::member:
        type = member(tree, node, tree.nodes[stack[base].node], stack[base].type, object, depth, out);
        break;
      case syntax::NodeKind::negate: type = negated(node, stack[base].type, findings); break;
      case syntax::NodeKind::binary: type = binary(node, stack[base].type, stack[base + 1].type, findings); break;
      case syntax::NodeKind::call:
        type = call(tree, node, {stack.begin() + static_cast<std::ptrdiff_t>(base), stack.end()}, out);
        break;
    }
    stack.resize(base);
    stack.push_back({std::move(type), at});
  }
  return stack.empty() ? Type{} : stack.back().type;
}

// The kind of a field's value: of its text, or of the one expression that it consists of.
Type TypeChecker::value_of(const Found& found, std::string_view, ObjectId object, int depth) const {
  if (found.where != Where::field && found.where != Where::parameter) return found.type;
  if (found.type.kind != Type::Kind::unknown || found.field.count != 1 || depth >= kMaxDepth) return found.type;
  const FieldItem& item = found.field.items[0];
  if (item.form == FieldItem::Form::literal || !item.value.is(Kind::string)) return found.type;
  const Tree tree = read_tree(item.value.text(), compile_);
  if (!tree.is_single) return type_of_slot(found.field.type);
  const ObjectId owner = found.where == Where::field ? found.owner : object;
  // Each text is read once per object: chains of fields that name each other often would take exponential time.
  const auto [known, fresh] = values_.try_emplace({&item, owner});
  if (fresh) known->second = expression(tree, 0, owner, depth + 1, nullptr);
  return known->second;
}

Type TypeChecker::name(const Tree& tree, const syntax::Node& node, bool head, ObjectId object, int depth,
                       Walked* out) const {
  const std::string_view text = tree.part(node.text);
  const Found found = scope_.name(object, text, head);
  if (out == nullptr) return value_of(found, text, object, depth);
  out->uses.push_back({node.text, found.where, found.owner, found.field.items});
  switch (found.where) {
    case Where::field: out->reads.emplace_back(object, text); break;
    case Where::parameter: out->reads.emplace_back(kNoObject, text); break;
    case Where::object: out->objects.push_back(found.owner); break;
    case Where::runtime:
      if (base::find_runtime_field(text)->moment == base::RuntimeMoment::end && scope_.runs_itself(object)) {
        out->findings.push_back({Rule::known_after_end, node.text,
                                 fmt::format("'{}' is known only when '{}' has ended, and this is evaluated before",
                                             text, base::excerpt(scope_.graph().id(object)))});
      }
      break;
    case Where::misspelt: out->findings.push_back(misspelt_runtime_field(text, node.text)); break;
    case Where::impossible:
      out->findings.push_back(
          {Rule::impossible_runtime_field, node.text,
           fmt::format("an object of type {} never has the runtime field '{}'", scope_.type(found.owner), text)});
      break;
    case Where::no_node:
      out->findings.push_back(
          {Rule::node_outside, node.text,
           fmt::format("'node' stands for the object that an alarm or a precondition belongs to; '{}' is of type {}",
                       base::excerpt(scope_.graph().id(object)), scope_.type(object))});
      break;
    case Where::nowhere: {
      if (looks_like_pattern(text)) {
        out->findings.push_back(
            {Rule::missing_quotes, node.text,
             fmt::format("'{}' is no field, parameter or object; for a date write format(@scheduledStartTime, '{}')",
                         text, text)});
        break;
      }
      const std::string hint = scope_.suggestion(object, text, true);
      if (looks_like_parameter(text)) {
        if (!scope_.knows_parameters()) break;
        out->findings.push_back({Rule::undeclared_parameter, node.text,
                                 fmt::format("parameter '{}' is used and never declared{}", text, hint),
                                 correction(node.text, hint)});
      } else {
        out->findings.push_back({Rule::unknown_name, node.text,
                                 fmt::format("there is no field, parameter or object '{}'{}", text, hint),
                                 correction(node.text, hint)});
      }
      break;
    }
    default: break;
  }
  return value_of(found, text, object, depth);
}

namespace {

// Whether it is the text of an id in a run, though the API shows a reference. The run's own links lead to objects. Of
// one that is read through more than one reference that is said already.
bool is_id_of_run(const Tree& tree, const syntax::Node& node) {
  const bool is_name = node.kind == syntax::NodeKind::name, is_member = node.kind == syntax::NodeKind::member;
  const std::string_view text = is_name || is_member ? tree.part(node.text) : std::string_view();
  if (!text.starts_with("@") || text == "@componentParent" || text == "@instanceParent") return false;
  const base::RuntimeField* const known = base::find_runtime_field(text);
  return known != nullptr && known->type == SlotType::reference;
}

std::string describe_id(std::string_view name, std::string_view member) {
  const std::string_view behind = base::field_behind(name);
  return fmt::format(
      "{}{}",
      name == "@waitingOn" ? "the ids of what is still waited for, none when an object runs" : "the text of an id",
      behind.empty() ? "" : fmt::format(" (write '{}.{}')", behind, member));
}

}  // namespace

Type TypeChecker::member(const Tree& tree, const syntax::Node& node, const syntax::Node& left, const Type& of,
                         ObjectId object, int depth, Walked* out) const {
  const std::string_view text = tree.part(node.text);
  if (out != nullptr && text.starts_with("@") && left.kind == syntax::NodeKind::member) {
    out->findings.push_back({Rule::transitive_runtime_field, node.text,
                             fmt::format("runtime field '{}' cannot be read through more than one reference", text)});
  }
  const bool leads_somewhere = of.kind == Type::Kind::reference && !of.objects.empty();
  if (out != nullptr && !leads_somewhere) out->uses.push_back({node.text});
  if (out != nullptr && is_id_of_run(tree, left)) {
    out->findings.push_back(
        {Rule::not_a_reference, left.span,
         fmt::format("'{}' is {}, not a reference to an object, so '.{}' cannot be looked up",
                     base::excerpt(tree.part(left.span)), describe_id(tree.part(left.text), text), text)});
    return {};
  }
  if (of.kind == Type::Kind::unknown || (of.kind == Type::Kind::reference && of.objects.empty())) {
    if (out != nullptr && text.starts_with("@") && base::find_runtime_field(text) == nullptr)
      out->findings.push_back(misspelt_runtime_field(text, node.text));
    return {};
  }
  if (of.kind != Type::Kind::reference) {
    if (out != nullptr) {
      out->findings.push_back({Rule::not_a_reference, left.span,
                               fmt::format("'{}' is {}, not a reference to an object, so '.{}' cannot be looked up",
                                           base::excerpt(tree.part(left.span)), describe(of.kind), text)});
    }
    return {};
  }
  Type result;
  bool first = true;
  for (const ObjectId target : of.objects) {
    const Found found = scope_.member(target, text);
    if (out != nullptr) out->uses.push_back({node.text, found.where, found.owner, found.field.items});
    const Type type = value_of(found, text, object, depth);
    if (first || type.kind == result.kind) {
      std::vector<ObjectId> objects = std::move(result.objects);
      objects.insert(objects.end(), type.objects.begin(), type.objects.end());
      result = type;
      result.objects = std::move(objects);
    } else {
      result = {};
    }
    first = false;
    if (out == nullptr) continue;
    const std::string id = base::excerpt(scope_.graph().id(target));
    if (found.where == Where::field) out->reads.emplace_back(target, text);
    if (found.where == Where::nowhere) {
      const std::string hint = scope_.suggestion(target, text, false);
      out->findings.push_back({Rule::unknown_field, node.text,
                               fmt::format("object '{}' has no field '{}'{}", id, text, hint),
                               correction(node.text, hint)});
      out->findings.back().cause = misspelt_field(scope_, target, text);
      break;
    }
    if (found.where == Where::misspelt) {
      out->findings.push_back(misspelt_runtime_field(text, node.text));
      break;
    }
    if (found.where == Where::impossible) {
      out->findings.push_back(
          {Rule::impossible_runtime_field, node.text,
           fmt::format("'{}' is of type {}, which never has the runtime field '{}'", id, scope_.type(target), text)});
      break;
    }
    if (found.where == Where::no_node) {
      out->findings.push_back(
          {Rule::node_outside, node.text,
           fmt::format("'node' stands for the object that an alarm or a precondition belongs to; '{}' "
                       "is of type {}",
                       id, scope_.type(target))});
      break;
    }
  }
  return result;
}

// format(x, YYYY-MM-dd): the names of one argument are one finding.
void TypeChecker::lost_quotes(const Tree& tree, const Part& pattern, Walked& out) const {
  const SourceSpan whole = tree.nodes[pattern.node].span;
  const auto inside = [&](const TextFinding& finding) {
    return finding.part.offset >= whole.offset && finding.part.end() <= whole.end();
  };
  const auto is_lost = [&](const TextFinding& finding) {
    return finding.rule == Rule::missing_quotes && inside(finding);
  };
  if (std::none_of(out.findings.begin(), out.findings.end(), is_lost)) return;
  std::erase_if(out.findings, inside);
  const std::string text(tree.part(whole));
  const bool plain = text.find_first_of("'\"\\") == std::string::npos;
  TextFinding finding{
      Rule::missing_quotes, whole,
      fmt::format("expected a date pattern in quotes, found {}; write '{}'", base::excerpt(text), base::excerpt(text))};
  if (plain) finding.edit = {whole, "'" + text + "'", fmt::format("write '{}' in quotes", text), FixTier::safe};
  out.findings.push_back(std::move(finding));
}

Type TypeChecker::call(const Tree& tree, const syntax::Node& node, const std::vector<Part>& operands,
                       Walked* out) const {
  const auto function = functions_.find(tree.part(node.text), operands.size());
  if (function == nullptr) return {};
  if (out != nullptr) {
    if (function->name == "format") lost_quotes(tree, operands[1], *out);
    for (std::size_t i = 0; i < operands.size(); ++i) {
      std::string message = argument_error(*function, i, operands[i].type);
      const SourceSpan part = tree.nodes[operands[i].node].span;
      const bool told = std::any_of(out->findings.begin(), out->findings.end(), [&](const TextFinding& finding) {
        return finding.part.offset >= part.offset && finding.part.end() <= part.end();
      });
      if (!message.empty() && !told) out->findings.push_back({Rule::argument_kind, part, std::move(message)});
    }
  }
  Type result;
  switch (function->result) {
    case Kind::string: result.kind = Type::Kind::text; break;
    case Kind::integer: result.kind = Type::Kind::integer; break;
    case Kind::number: result.kind = Type::Kind::number; break;
    case Kind::datetime: result.kind = Type::Kind::datetime; break;
    case Kind::period: result.kind = Type::Kind::period; break;
    default: break;
  }
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const Kind taken = function->parameter(i).kind;
    result.is_list = result.is_list || (operands[i].type.is_list && taken != Kind::list && taken != kAnyKind);
  }
  return result;
}

}  // namespace pipexpr::checker
