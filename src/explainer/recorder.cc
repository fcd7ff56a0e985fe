// Records an evaluation as nodes, parts before the whole, while it listens.
#include "explainer/recorder.h"

#include <algorithm>

namespace pipexpr::explainer {
namespace {

using Kind_ = ExplainedNode::Kind;
constexpr std::uint32_t kNone = ExplainedNode::kNone;

Kind_ kind_of(std::string_view what) {
  if (what == "literal") return Kind_::literal;
  if (what == "reference") return Kind_::reference;
  if (what == "member") return Kind_::member;
  if (what == "call") return Kind_::call;
  if (what == "operator") return Kind_::operation;
  return what == "template" ? Kind_::template_text : Kind_::text;
}

}  // namespace

Recorder::Recorder(const ObjectGraph& graph, const Context& context, const ExplainOptions& options)
    : graph_(graph),
      context_(context),
      next_(options.evaluate.listener),
      max_nodes_(std::max(options.max_nodes, 1U)),
      bytes_left_(options.max_bytes) {
  open_.push_back({0, kNone});
}

void Recorder::enter_field(const TracedField& field) {
  if (next_ != nullptr) next_->enter_field(field);
  open(field);
}

void Recorder::open(const TracedField& field) {
  open_.push_back({static_cast<std::uint32_t>(stack_.size()), origin_of(field)});
}

void Recorder::leave_field(const TracedField& field, const ValueView& value) {
  if (next_ != nullptr) next_->leave_field(field, value);
  if (open_.size() < 2) return;
  const std::uint32_t made = make(Kind_::field, field.name, stack_.size() - open_.back().base, false);
  if (made != kNone) keep(value, raw_[made].node);
  close(field, made);
}

void Recorder::end_field(const TracedField& field, const Value& value) {
  const std::uint32_t made = make(Kind_::field, field.name, stack_.size() - open_.back().base, true);
  raw_[made].node.value = value;
  close(field, made);
}

void Recorder::close(const TracedField& field, std::uint32_t made) {
  const Open of = open_.back();
  open_.pop_back();
  if (made != kNone) {
    ExplainedNode& node = raw_[made].node;
    node.origin = of.origin;
    node.secret = field.name.starts_with('*');
    node.from_secret = node.secret;
  }
  adopt(made, of.base, true);
}

void Recorder::verbatim(const ValueView& value, std::string_view source) {
  const auto size = static_cast<std::uint32_t>(source.size());
  node({source, {0, size}, "text", {}, 0, 0}, value);
}

void Recorder::node(const TracedNode& traced, const ValueView& value) {
  if (next_ != nullptr) next_->node(traced, value);
  const Kind_ kind = kind_of(traced.what);
  const std::size_t base = open_.back().base;
  std::size_t from = stack_.size();
  if (kind == Kind_::reference || kind == Kind_::member) {
    // The fields it read lie on top of its operand; a field is never an operand itself.
    while (from > base && stack_[from - 1].field) --from;
  }
  from -= std::min<std::size_t>(traced.operands, from - base);
  const bool top = kind == Kind_::template_text && open_.size() == 1;
  const std::uint32_t made = make(kind, traced.name, stack_.size() - from, top);
  if (made != kNone) {
    ExplainedNode& node = raw_[made].node;
    keep(value, node);
    node.source = source_of(traced.source);
    if (node.source != kNone) node.span = traced.span;
    adopt(made, from);
    if (answered_by_itself(made)) raw_[made].node.origin = run_origin(kind == Kind_::member ? raw_[made].first : kNone);
  } else {
    adopt(made, from);
  }
  if (kind == Kind_::template_text || kind == Kind_::text) {  // the next one is the field's next value
    open_.back().source = kNone;
    open_.back().text = nullptr;
    ++open_.back().item;
  }
}

// Leaves are left out beyond the bound, and the wholes that they belong to beyond twice the bound: there are no more of
// those than leaves but for long chains.
std::uint32_t Recorder::make(Kind_ kind, std::string_view name, std::size_t children, bool always) {
  const std::size_t most = children == 0 ? max_nodes_ : std::size_t{max_nodes_} * 2;
  if (!always && raw_.size() >= most) {
    tree_.complete = false;
    return kNone;
  }
  Raw raw;
  raw.node.kind = kind;
  raw.node.name = name.substr(0, 1024);
  raw_.push_back(std::move(raw));
  return static_cast<std::uint32_t>(raw_.size() - 1);
}

// The values above `from` become the children of the new value.
void Recorder::adopt(std::uint32_t made, std::size_t from, bool field) {
  if (made != kNone) {
    Raw& parent = raw_[made];
    for (std::size_t i = stack_.size(); i-- > from;) {
      if (stack_[i].raw == kNone) {
        ++parent.node.elided;
        continue;
      }
      Raw& child = raw_[stack_[i].raw];
      child.next = parent.first;
      parent.first = stack_[i].raw;
      ++parent.node.children;
      parent.node.from_secret = parent.node.from_secret || child.node.from_secret;
    }
  }
  stack_.resize(from);
  stack_.push_back({made, field});
}

void Recorder::keep(const ValueView& value, ExplainedNode& node) {
  if (value.is(Kind::string)) node.slot = value.slot();
  if (!value.is(Kind::list)) {
    node.value = own(value, node);
    return;
  }
  Value::List items;
  for (const ValueView& item : value) {
    if (bytes_left_ < sizeof(Value)) {
      node.cut = true;
      tree_.complete = false;
      break;
    }
    bytes_left_ -= sizeof(Value);
    if (items.empty() && item.is(Kind::string)) node.slot = item.slot();
    items.push_back(own(item, node));
  }
  node.value = Value(std::move(items));
}

Value Recorder::own(const ValueView& value, ExplainedNode& node) {
  switch (value.kind()) {
    case Kind::integer: return value.integer();
    case Kind::number: return value.number();
    case Kind::datetime: return value.datetime();
    case Kind::period: return value.period();
    case Kind::reference: return Reference{value.object(), std::string(graph_.id(value.object()))};
    case Kind::string: {
      const std::size_t size = std::min<std::size_t>(value.text().size(), bytes_left_);
      if (size < value.text().size()) {
        node.cut = true;
        tree_.complete = false;
      }
      bytes_left_ -= size;
      return value.text().substr(0, size);
    }
    default: return {};
  }
}

// A name that neither a field nor a parameter answered.
bool Recorder::answered_by_itself(std::uint32_t made) const {
  const ExplainedNode& node = raw_[made].node;
  if (node.kind == Kind_::reference) return node.children == 0 && node.elided == 0;
  return node.kind == Kind_::member && node.children == 1 && node.elided == 0;
}

std::uint32_t Recorder::run_origin(std::uint32_t operand) {
  ExplainedOrigin origin;
  origin.from_run = true;
  origin.origin = Origin::run;
  if (operand != kNone) {
    const Value& head = raw_[operand].node.value;
    if (head.kind() == Kind::reference) origin.object = head.reference().object;
  } else {
    // The current object is that of the field around it; a parameter's is that of the field that asked for it.
    for (std::size_t i = open_.size(); i-- > 0 && origin.object == kNoObject;) {
      origin.object = open_[i].origin == kNone ? context_.object : tree_.origins[open_[i].origin].object;
    }
  }
  if (origin.object != kNoObject) origin.object_id = graph_.id(origin.object);
  tree_.origins.push_back(std::move(origin));
  return static_cast<std::uint32_t>(tree_.origins.size() - 1);
}

std::uint32_t Recorder::origin_of(const TracedField& field) {
  ExplainedOrigin origin;
  origin.origin = field.origin;
  origin.object = field.object;
  if (field.object != kNoObject) origin.object_id = graph_.id(field.object);
  tree_.origins.push_back(std::move(origin));
  return static_cast<std::uint32_t>(tree_.origins.size() - 1);
}

std::uint32_t Recorder::source_of(std::string_view text) {
  Open& of = open_.back();
  if (of.source != kNone && of.text == text.data()) return of.source;
  if (text.empty()) return kNone;
  if (text.size() > bytes_left_) {
    tree_.complete = false;
    return kNone;
  }
  bytes_left_ -= text.size();
  tree_.sources.push_back({std::string(text), of.origin, of.item});
  of.text = text.data();
  of.source = static_cast<std::uint32_t>(tree_.sources.size() - 1);
  return of.source;
}

// Wholes before their parts.
Explanation Recorder::take() {
  if (stack_.empty() || stack_.back().raw == kNone) return std::move(tree_);
  struct Todo {
    std::uint32_t raw, parent, depth;
    bool secret;
  };
  std::vector<Todo> todo = {{stack_.back().raw, kNone, 0, false}};
  std::vector<std::uint32_t> children;
  tree_.nodes.reserve(raw_.size());
  while (!todo.empty()) {
    const Todo now = todo.back();
    todo.pop_back();
    Raw& raw = raw_[now.raw];
    const auto at = static_cast<std::uint32_t>(tree_.nodes.size());
    children.clear();
    for (std::uint32_t child = raw.first; child != kNone; child = raw_[child].next) children.push_back(child);
    raw.node.parent = now.parent;
    raw.node.depth = now.depth;
    raw.node.secret = raw.node.secret || now.secret;
    raw.node.from_secret = raw.node.from_secret || raw.node.secret;
    for (std::size_t i = children.size(); i-- > 0;) todo.push_back({children[i], at, now.depth + 1, raw.node.secret});
    tree_.nodes.push_back(std::move(raw.node));
  }
  return std::move(tree_);
}

}  // namespace pipexpr::explainer
