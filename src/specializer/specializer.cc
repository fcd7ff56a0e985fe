// Specializes one expression: parts that are known become literals, references whose text depends on the run become
// what remains of that text, everything else stays as it is written. A tree is worked off in its own order; only texts
// within texts recurse, at most kMaxDepth deep.
#include "specializer/specializer.h"

#include <algorithm>

#include <pipexpr/function_registry.h>

#include "base/char_class.h"
#include "specializer/literal.h"

namespace pipexpr::specializer {
namespace {

constexpr int kMaxDepth = 16;                   // fields in fields that are inlined
constexpr std::size_t kMaxInlinedBytes = 8192;  // a text that is inlined often must not make the result explode

Shape shape_of(Kind kind) {
  switch (kind) {
    case Kind::string: return Shape::string;
    case Kind::integer:
    case Kind::number: return Shape::number;
    case Kind::datetime: return Shape::datetime;
    default: return Shape::unknown;
  }
}

// A string that is an integer, written as the language writes it.
bool is_whole(const Value& value) {
  if (value.kind() != Kind::string || value.text().empty() || value.text().size() > 18) return false;
  const std::string& text = value.text();
  return base::is_digits(text) && (text[0] != '0' || text.size() == 1);
}

// Built-in functions give the same for the same arguments; of a host's that is not known.
bool is_pure(const std::shared_ptr<const FunctionSpec>& function) {
  return function != nullptr && FunctionRegistry::standard().find(function->name) == function;
}

}  // namespace

struct Specializer::Work {
  struct Node {
    std::uint32_t parent = ~std::uint32_t{0};
    std::uint32_t position = 0;  // among the operands of the parent
    bool is_path = false;        // a name, or members after one
    bool is_known = false;
    bool has_names = false;
    bool is_replaced = false;
    Shape shape = Shape::unknown;
    std::optional<Value> value;  // of a known path
    SlotType slot = SlotType::string;
  };
  struct Edit {
    SourceSpan span;
    std::string text;
  };

  const SyntaxTree& tree;
  const SyntaxSegment& segment;
  ObjectId object;
  int depth;
  std::vector<KeptName>* kept;
  std::vector<Node> nodes = {};  // of the segment
  std::vector<Edit> edits = {};
  Made made = {};

  const SyntaxNode& syntax(std::uint32_t at) const { return tree.nodes()[at]; }
  Node& node(std::uint32_t at) { return nodes[at - segment.first]; }
  bool is_root(std::uint32_t at) const { return at == segment.root; }
  bool is_argument(std::uint32_t at) { return !is_root(at) && syntax(node(at).parent).kind == NodeKind::call; }
  bool needs_primary(std::uint32_t at) {
    return !is_argument(at) || (syntax(node(at).parent).is_method && node(at).position == 0);
  }
  void keep(std::uint32_t at, KeptReason reason) {
    made.is_closed = false;
    if (kept == nullptr) return;
    const SyntaxNode& of = syntax(at);
    kept->push_back({std::string(tree.text(of.span)), of.span, reason});
  }
};

// The start and the end of the run mean the same for every object, unless an object has a field of that name.
bool Specializer::is_time_of_run(const Probed& probed, std::string_view name, ObjectId object) const {
  if (name != "@scheduledStartTime" && name != "@scheduledEndTime") return false;
  if (!setting_.has_unknown_run() || probed.field || !probed.reads_run || probed.reads_unknown_field) return false;
  for (const Binding& given : setting_.known.fields) {
    if (given.name == name) return false;
  }
  Field field;
  for (const ObjectId of : {object, setting_.known.object}) {
    if (of != kNoObject && setting_.graph.field(of, {name, kNoKey}, field)) return false;
  }
  return true;
}

// The instance's id or name: a text that the given object's own texts may hold, as they are evaluated for it.
bool Specializer::is_own_name(const Probed& probed, std::string_view name, ObjectId object) const {
  if (name != "name" && name != "id" && name != "@id") return false;
  return object == setting_.known.object && setting_.has_unknown_run() && probed.reads_run && !probed.field;
}

bool Specializer::compiles(const Part& part) const {
  const bool angles = setting_.options.compile.delimiters == Delimiters::angles;
  return Expression::compile((angles ? "#<" : "#{") + part.text + (angles ? ">" : "}"), setting_.options.compile)
      .has_value();
}

// What remains of the text of the field that a path ended at.
std::optional<Residual> Specializer::inline_field(const Probed& probed, std::string_view name, ObjectId object,
                                                  int depth) {
  if (!setting_.options.inlines_references || depth >= kMaxDepth || !setting_.has_unknown_run()) return std::nullopt;
  if (!probed.field || probed.field->name != name || name.starts_with('*') || name.starts_with('@'))
    return std::nullopt;
  const Probed::Entered& entered = *probed.field;
  ObjectId owner = entered.object;
  if (probed.owner) {  // after a dot: of an instance, as the text's own object is
    const ValueView& reference = *probed.owner;
    if (!reference.is(Kind::reference) || reference.sphere() != Sphere::instance) return std::nullopt;
    if (reference.object() != owner) return std::nullopt;
  }
  Field field;
  switch (entered.origin) {
    case Origin::object:
      if (!setting_.graph.field(owner, {name, kNoKey}, field)) return std::nullopt;
      break;
    case Origin::parameter:
      owner = object;
      if (!setting_.graph.parameter({name, kNoKey}, field)) return std::nullopt;
      break;
    default: return std::nullopt;
  }
  // What is given for one object would be given for another one, too.
  if (owner != object && !setting_.known.fields.empty()) return std::nullopt;
  return field_text(owner, field, depth);
}

std::optional<Residual> Specializer::field_text(ObjectId owner, const Field& field, int depth) {
  if (field.count != 1 || !field.items->value.is(Kind::string)) {
    return std::nullopt;
  }
  const FieldItem::Form form = field.items->form;
  if (form != FieldItem::Form::text && form != FieldItem::Form::compiled) return std::nullopt;
  const auto [known, fresh] = fields_.try_emplace({owner, field.items});
  if (!fresh) {
    if (known->second) known->second->slot = field.type;
    return known->second;
  }
  const auto tree = SyntaxTree::parse(field.items->value.text(), setting_.options.compile);
  if (!tree) return std::nullopt;
  if (form == FieldItem::Form::compiled) {  // perhaps with other delimiters than this text
    const auto again = Expression::compile(tree->text(), setting_.options.compile);
    const Expression* const compiled = field.items->expression;
    if (!again || compiled == nullptr || again->canonical() != compiled->canonical()) return std::nullopt;
  }
  Residual result;
  result.slot = field.type;
  const bool is_single = tree->segments().size() == 1;
  std::size_t bytes = 0;
  for (const SyntaxSegment& segment : tree->segments()) {
    if (!segment.is_expression) {
      result.parts.push_back({true, std::string(tree->text(segment.span))});
      bytes += segment.span.length;
      continue;
    }
    Made made = expression(*tree, segment, owner, depth + 1, nullptr);
    if (made.value) {
      if (is_single || made.value->kind() == Kind::list) return std::nullopt;
      result.parts.push_back({true, made.value->to_text()});
    } else if (made.inlined) {
      if (is_single) result.is_text = made.inlined->is_text;
      result.parts.insert(result.parts.end(), made.inlined->parts.begin(), made.inlined->parts.end());
    } else {
      if (!made.is_closed || made.part.shape == Shape::unknown || !compiles(made.part)) return std::nullopt;
      if (is_single) result.is_text = made.part.shape != Shape::datetime;
      result.parts.push_back(std::move(made.part));
    }
  }
  for (const Part& part : result.parts) bytes += part.text.size();
  if (bytes > kMaxInlinedBytes) return std::nullopt;
  return fields_[{owner, field.items}] = std::move(result);
}

// A name, or the last member of a path.
void Specializer::path(Work& work, std::uint32_t at) {
  const SyntaxNode& syntax = work.syntax(at);
  Work::Node& node = work.node(at);
  node.is_path = syntax.kind == NodeKind::name || work.node(at - 1).is_path;
  node.has_names = true;
  if (!work.is_root(at) && work.syntax(node.parent).kind == NodeKind::member) return;
  if (!node.is_path) return work.keep(at, KeptReason::field);
  const std::string_view name = work.tree.text(syntax.name);
  const Probed probed = probe(setting_, work.object, work.tree.text(syntax.span));
  if (probed.is_known()) {
    node.is_known = true;
    node.value = probed.value;
    node.slot = probed.slot;
    if (probed.slot == SlotType::string) node.shape = shape_of(probed.value->kind());
    return;
  }
  if (probed.reads_secret) return work.keep(at, KeptReason::secret);
  if (probed.reads_unknown_field) return work.keep(at, KeptReason::unknown_field);
  const bool is_time = is_time_of_run(probed, name, work.object);
  if (syntax.kind == NodeKind::name && (is_time || is_own_name(probed, name, work.object))) {
    node.shape = is_time ? Shape::datetime : Shape::string;
    const bool is_closed = work.made.is_closed;
    work.keep(at, KeptReason::run);
    work.made.is_closed = is_closed;
    return;
  }
  if (auto inlined = inline_field(probed, name, work.object, work.depth)) {
    const bool is_typed = inlined->is_text && inlined->slot != SlotType::string;
    if (work.is_root(at)) {
      node.is_replaced = true;
      work.made.inlined = std::move(inlined);
      return;
    }
    if (!is_typed || work.is_argument(at)) {  // to an operator, a typed text is more than a text
      node.is_replaced = true;
      node.shape = inlined->is_text ? Shape::string : Shape::datetime;
      work.edits.push_back({syntax.span, as_operand(*inlined, work.needs_primary(at))});
      return;
    }
  }
  work.keep(at, probed.reads_run || name.starts_with('@') ? (probed.field ? KeptReason::field : KeptReason::run)
                                                          : KeptReason::error);
}

// A sign, an operator or a call.
void Specializer::operation(Work& work, std::uint32_t at) {
  const SyntaxNode& syntax = work.syntax(at);
  Work::Node& node = work.node(at);
  node.is_known = true;
  bool joins = false;
  for (const std::uint32_t operand : work.tree.operands(at)) {
    const Work::Node& of = work.node(operand);
    node.is_known = node.is_known && of.is_known;
    node.has_names = node.has_names || of.has_names;
    joins = joins || of.shape == Shape::string;
  }
  node.shape = syntax.op == '+' && joins ? Shape::string : Shape::number;
  if (syntax.kind != NodeKind::call) return;
  const auto function = find_function(work.tree.text(syntax.name));
  node.is_known = node.is_known && is_pure(function);
  node.shape = function == nullptr ? Shape::unknown : shape_of(function->result);
  if (!is_pure(function)) work.made.is_closed = false;
}

// Whether a text of an integer's slot means there what the integer means: to every operator, and to a function that
// wants a number.
bool Specializer::takes_integer(Work& work, std::uint32_t at) const {
  if (!work.is_argument(at)) return true;
  const Work::Node& node = work.node(at);
  const auto function = find_function(work.tree.text(work.syntax(node.parent).name));
  if (function == nullptr || node.position >= function->parameters.size()) return false;
  return function->parameters[node.position].kind == Kind::integer;
}

std::shared_ptr<const FunctionSpec> Specializer::find_function(std::string_view name) const {
  const FunctionRegistry* const functions = setting_.options.compile.functions;
  return (functions != nullptr ? *functions : FunctionRegistry::standard()).find(name);
}

// A known part of something that is not known becomes a literal, when there is one that means the same in its place.
void Specializer::replace_known(Work& work, std::uint32_t at) {
  const SyntaxNode& syntax = work.syntax(at);
  Work::Node& node = work.node(at);
  if (!node.is_path && !node.has_names && syntax.operand_count < 2 && syntax.kind != NodeKind::call) return;  // 3, -3
  if (!node.is_path) {
    const Probed probed = probe(setting_, work.object, work.tree.text(syntax.span));
    node.value = probed.value;
    node.slot = SlotType::string;
  }
  std::optional<std::string> text;
  if (node.value && node.slot == SlotType::integer && is_whole(*node.value) && takes_integer(work, at)) {
    text = node.value->text();
  } else if (node.value && (node.slot == SlotType::string || work.is_argument(at))) {
    text = literal(*node.value);
  }
  if (!text) {
    if (node.has_names) work.keep(at, node.value ? KeptReason::value : KeptReason::error);
    return;
  }
  const bool is_bare = !work.needs_primary(at) && text->starts_with('(') && text->ends_with(')');
  work.edits.push_back({syntax.span, is_bare ? text->substr(1, text->size() - 2) : *text});
}

Specializer::Made Specializer::expression(const SyntaxTree& tree, const SyntaxSegment& segment, ObjectId object,
                                          int depth, std::vector<KeptName>* kept) {
  Work work{tree, segment, object, depth, kept};
  work.made.is_closed = true;
  work.nodes.resize(segment.root - segment.first + 1);
  for (std::uint32_t at = segment.first; at <= segment.root; ++at) {
    const std::vector<std::uint32_t> operands = tree.operands(at);
    for (std::uint32_t i = 0; i < operands.size(); ++i) {
      work.node(operands[i]).parent = at;
      work.node(operands[i]).position = i;
    }
  }
  for (std::uint32_t at = segment.first; at <= segment.root; ++at) {
    Work::Node& node = work.node(at);
    switch (work.syntax(at).kind) {
      case NodeKind::integer:
      case NodeKind::number:
        node.is_known = true;
        node.shape = Shape::number;
        break;
      case NodeKind::string:
        node.is_known = true;
        node.shape = Shape::string;
        break;
      case NodeKind::name:
      case NodeKind::member: path(work, at); break;
      default: operation(work, at); break;
    }
  }
  const Work::Node& root = work.node(segment.root);
  if (root.is_known) {
    work.made.value = root.is_path ? root.value : probe(setting_, object, tree.text(segment.source)).value;
    if (work.made.value) return std::move(work.made);
  } else {
    for (std::uint32_t at = segment.first; at < segment.root; ++at) {
      const Work::Node& node = work.node(at);
      if (node.is_known && !work.node(node.parent).is_known) replace_known(work, at);
    }
  }
  if (root.is_known && root.has_names) work.keep(segment.root, KeptReason::error);
  std::sort(work.edits.begin(), work.edits.end(),
            [](const Work::Edit& a, const Work::Edit& b) { return a.span.offset < b.span.offset; });
  Part& part = work.made.part;
  std::uint32_t from = segment.source.offset;
  for (const Work::Edit& edit : work.edits) {
    part.text += tree.text({from, edit.span.offset - from});
    part.text += edit.text;
    from = edit.span.end();
  }
  part.text += tree.text({from, segment.source.end() - from});
  part.shape = root.shape;
  const NodeKind kind = work.syntax(segment.root).kind;
  part.is_primary = kind != NodeKind::binary && kind != NodeKind::negate;
  return std::move(work.made);
}

Residual Specializer::given(const SyntaxTree& tree, std::vector<KeptName>& kept) {
  Residual result;
  const bool is_single = tree.segments().size() == 1;
  result.is_text = !is_single;
  for (const SyntaxSegment& segment : tree.segments()) {
    if (!segment.is_expression) {
      result.parts.push_back({true, std::string(tree.text(segment.span))});
      continue;
    }
    const Part original{false, std::string(tree.text(segment.source)), Shape::unknown, false};
    Made made = expression(tree, segment, setting_.known.object, 0, &kept);
    if (made.inlined) {
      if (is_single) result.is_text = made.inlined->is_text;
      result.parts.insert(result.parts.end(), made.inlined->parts.begin(), made.inlined->parts.end());
      continue;
    }
    const auto keep_value = [&] {
      result.parts.push_back(original);
      kept.push_back({original.text, segment.source, KeptReason::value});
    };
    if (made.value) {
      const Kind kind = made.value->kind();
      if (kind == Kind::string) {
        result.parts.push_back({true, made.value->text()});
        if (is_single) result.is_text = true;
      } else if (!is_single && kind != Kind::list) {
        result.parts.push_back({true, made.value->to_text()});
      } else if (const auto text = is_single ? literal(*made.value) : std::nullopt) {
        result.parts.push_back({false, *text, shape_of(kind)});
      } else {
        keep_value();
      }
      continue;
    }
    result.parts.push_back(compiles(made.part) ? made.part : original);
  }
  std::stable_sort(kept.begin(), kept.end(),
                   [](const KeptName& a, const KeptName& b) { return a.span.offset < b.span.offset; });
  return result;
}

}  // namespace pipexpr::specializer
