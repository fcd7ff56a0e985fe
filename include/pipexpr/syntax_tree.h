// SyntaxTree: what a template consists of, without evaluating it: which names and functions it uses, where they are
// written, whether it is constant, and its canonical text.
//
//   auto tree = pipexpr::SyntaxTree::parse("s3://#{bucket}/#{format(minusDays(@scheduledStartTime, 1), 'YYYY')}");
//   if (!tree) for (auto& why : tree.error()) std::cerr << pipexpr::render(why);
//
//   // bucket at 7, @scheduledStartTime at 34, minusDays at 24, format at 17: operands come first
//   for (const pipexpr::NameUse& use : tree->names()) std::cout << use.name << " at " << use.span.offset << "\n";
//
//   tree->is_constant();      // false: it names bucket and @scheduledStartTime
//   tree->result_kind();      // a string; nothing when only an evaluation can tell
//   tree->canonical();        // s3://#{bucket}/#{format(minusDays(@scheduledStartTime, 1), 'YYYY')}
//
//   for (const pipexpr::SyntaxNode& node : tree->nodes()) ...            // operands first; no recursion anywhere
//
// Parsing needs no objects, and a call of an unknown function is a tree, too. A tree owns its text, is
// immutable and may be used from any number of threads. All spans are bytes of the template. Parsing takes time linear
// in the text and memory of at most 64 bytes for each of at most Limits::max_nodes nodes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/export.h>
#include <pipexpr/options.h>
#include <pipexpr/result.h>
#include <pipexpr/source.h>
#include <pipexpr/value.h>

namespace pipexpr {

// The numbers are stable: a later version adds kinds at the end and never changes the meaning of one.
enum class NodeKind : std::uint8_t {
  integer = 0,  // 12: `integer`
  number = 1,   // 1.5: `number`
  string = 2,   // 'text': SyntaxTree::string_value
  name = 3,     // table, @status, *password: at the head of a path
  member = 4,   // .name of its operand
  negate = 5,   // - operand
  binary = 6,   // two operands; `op` is one of + - * / ^
  call = 7,     // operands are the arguments; in x.f(y) the first one is x, and `is_method` is true
};

struct SyntaxNode {
  NodeKind kind = NodeKind::integer;
  char op = 0;
  bool is_method = false;
  std::uint32_t operand_count = 0;
  std::uint32_t first = 0;  // its subtree is nodes()[first .. its own index]
  SourceSpan span;          // the whole subexpression, without parentheses around it
  SourceSpan name;          // of the name, member, function or operator itself; of a string what the quotes enclose
  std::int64_t integer = 0;
  double number = 0;
};

// A stretch of the template: literal text, or one expression.
struct SyntaxSegment {
  bool is_expression = false;
  SourceSpan span;          // literal text, or the expression with its delimiters
  SourceSpan source;        // the expression between its delimiters
  std::uint32_t first = 0;  // its nodes are nodes()[first .. root]
  std::uint32_t root = 0;
};

// A name that the template mentions.
struct NameUse {
  enum class Kind : std::uint8_t { name, member, function };
  Kind kind = Kind::name;
  std::string_view name;   // with its prefix: "@status", "*password"
  SourceSpan span;         // of the name itself
  std::uint32_t node = 0;  // in nodes()
};

// What kind of value a template gives, when its text alone says so.
struct ResultKind {
  Kind kind = Kind::string;
  bool may_be_list = false;  // a name in it may have several values; then the result is a list of that kind

  friend bool operator==(const ResultKind&, const ResultKind&) = default;
};

class SyntaxTree;

// Sees every node before and after its operands. Nothing recurses: the order is kept in a list.
class PIPEXPR_API SyntaxVisitor {
 public:
  virtual ~SyntaxVisitor();
  // False: the operands are left out, and leave is not called.
  virtual bool enter(const SyntaxTree& tree, std::uint32_t node);
  virtual void leave(const SyntaxTree& tree, std::uint32_t node);
};

class PIPEXPR_API SyntaxTree {
 public:
  // Options: the delimiters and the limits. All syntax errors of the text are reported, up to Limits::max_diagnostics.
  static Result<SyntaxTree> parse(std::string_view text, const CompileOptions& options = {});

  std::string_view text() const { return text_; }
  std::string_view text(SourceSpan span) const { return std::string_view(text_).substr(span.offset, span.length); }
  std::span<const SyntaxSegment> segments() const { return segments_; }
  // Of all expressions, in order; every operand precedes its operator or call.
  std::span<const SyntaxNode> nodes() const { return nodes_; }
  // The operands of a node, by their index in nodes(), from left to right.
  std::vector<std::uint32_t> operands(std::uint32_t node) const;
  void visit(SyntaxVisitor& visitor) const;

  // The text that a string stands for, its escapes replaced; empty for other nodes.
  std::string string_value(std::uint32_t node) const;
  // Every name, member and function, in the order of nodes(). Views of the tree's text.
  std::vector<NameUse> names() const;

  // Whether every evaluation gives the same: no fields, parameters or objects are named, and every function that is
  // called is one of CompileOptions::functions and declared pure.
  bool is_constant() const { return is_constant_; }
  // Nothing when it depends on what names stand for. Functions are looked up in CompileOptions::functions of parse, a
  // call of one that is not there has no known kind.
  std::optional<ResultKind> result_kind() const { return result_kind_; }

  // The template with its expressions printed one way: single blanks around operators, no needless parentheses, #{ }
  // for #< > where both are allowed. Templates that print the same give the same value; parsing it prints the same
  // again.
  std::string canonical() const;
  // Whether the canonical texts are equal.
  friend PIPEXPR_API bool operator==(const SyntaxTree& a, const SyntaxTree& b);
  // The 64-bit FNV-1a hash of the canonical text: the same on every machine and in every version that prints the same.
  std::uint64_t hash() const;

 private:
  SyntaxTree() = default;
  std::string text_;
  std::vector<SyntaxSegment> segments_;
  std::vector<SyntaxNode> nodes_;
  std::vector<std::string> printed_;  // the canonical text of each expression
  std::optional<ResultKind> result_kind_;
  bool is_constant_ = false;
  Delimiters delimiters_ = Delimiters::both;
};

// Names are identifiers: a letter or '_', then letters, digits and '_'. The language has no quoting for others, since
// every character that could quote means something already or is refused. A host whose fields are called `my-field` or
// `a.b` offers them under encoded names: every byte that an identifier cannot have is written _xHH, and so is the '_'
// of an original "_x". identifier_for("my-field") is "my_x2Dfield"; ObjectGraph::field gets that and decodes it with
// name_of_identifier. Both directions lose nothing; a plain identifier without "_x" stays as it is.
PIPEXPR_API std::string identifier_for(std::string_view name);
PIPEXPR_API std::string name_of_identifier(std::string_view identifier);

}  // namespace pipexpr
