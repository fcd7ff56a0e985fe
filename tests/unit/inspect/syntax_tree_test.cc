// Tests of SyntaxTree: what a template consists of, told without evaluating it.
#include <pipexpr/syntax_tree.h>

#include <pipexpr/function_registry.h>

#include "catch.h"

using namespace pipexpr;

namespace {

SyntaxTree tree_of(std::string_view text, const CompileOptions& options = {}) {
  auto tree = SyntaxTree::parse(text, options);
  INFO(text);
  REQUIRE(tree.has_value());
  return *tree;
}

std::string names_of(const SyntaxTree& tree) {
  std::string shown;
  for (const NameUse& use : tree.names()) {
    constexpr const char* kinds[] = {"", ".", "()"};
    const bool is_member = use.kind == NameUse::Kind::member;
    shown += shown.empty() ? "" : " ";
    shown += is_member ? "." : "";
    shown += use.name;
    shown += is_member ? "" : kinds[static_cast<int>(use.kind)];
    shown += "@" + std::to_string(use.span.offset);
    CHECK(tree.text(use.span) == use.name);
  }
  return shown;
}

// The way of a visitor, as brackets.
class Brackets final : public SyntaxVisitor {
 public:
  bool enter(const SyntaxTree& tree, std::uint32_t node) override {
    shown += "(" + std::string(tree.text(tree.nodes()[node].name));
    return tree.nodes()[node].kind != NodeKind::member;
  }
  void leave(const SyntaxTree&, std::uint32_t) override { shown += ")"; }
  std::string shown;
};

std::string kind_of(std::string_view text) {
  const auto kind = tree_of(text).result_kind();
  if (!kind) return "unknown";
  constexpr const char* kinds[] = {"unset", "string", "integer", "number", "datetime", "period", "reference", "list"};
  return std::string(kinds[static_cast<int>(kind->kind)]) + (kind->may_be_list ? " or list" : "");
}

}  // namespace

TEST_CASE("inspect: names, members and functions with their places") {
  const char* const rows[][2] = {
      {"plain", ""},
      {"#{table}", "table@2"},
      {"s3://#{bucket}/#<other>", "bucket@7 other@17"},
      {"#{input . path}", "input@2 .path@10"},
      {"#{node.@status}", "node@2 .@status@7"},
      {"#{*secret + @id}", "*secret@2 @id@12"},
      {"#{format(minusDays(@scheduledStartTime, 1), 'YYYY')}", "@scheduledStartTime@19 minusDays()@9 format()@2"},
      {"#{a.b.format(c)}", "a@2 .b@4 c@13 format()@6"},
      {"#{nosuch(1)}", "nosuch()@2"},
      {"#{'name'}", ""},
  };
  for (const auto& [text, names] : rows) {
    INFO(text);
    CHECK(names_of(tree_of(text)) == names);
  }
}

TEST_CASE("inspect: segments, nodes and operands") {
  const SyntaxTree tree = tree_of("a#{1 + x.f(2.5, 'b\\n')}#<-y>z");
  REQUIRE(tree.segments().size() == 4);
  CHECK_FALSE(tree.segments()[0].is_expression);
  CHECK(tree.text(tree.segments()[0].span) == "a");
  CHECK(tree.text(tree.segments()[1].span) == "#{1 + x.f(2.5, 'b\\n')}");
  CHECK(tree.text(tree.segments()[1].source) == "1 + x.f(2.5, 'b\\n')");
  CHECK(tree.text(tree.segments()[2].span) == "#<-y>");
  CHECK(tree.text(tree.segments()[3].span) == "z");
  const std::uint32_t root = tree.segments()[1].root;
  CHECK(tree.nodes()[root].op == '+');
  const auto sum = tree.operands(root);
  REQUIRE(sum.size() == 2);
  CHECK(tree.nodes()[sum[0]].integer == 1);
  CHECK(tree.nodes()[sum[1]].is_method);
  CHECK(tree.text(tree.nodes()[sum[1]].span) == "x.f(2.5, 'b\\n')");
  const auto arguments = tree.operands(sum[1]);
  REQUIRE(arguments.size() == 3);
  CHECK(tree.text(tree.nodes()[arguments[0]].name) == "x");
  CHECK(tree.nodes()[arguments[1]].number == 2.5);
  CHECK(tree.string_value(arguments[2]) == "b\n");
  CHECK(tree.string_value(root).empty());
  Brackets brackets;
  tree.visit(brackets);
  CHECK(brackets.shown == "(+()(f(x)()(b\\n)))(-(y))");
}

TEST_CASE("inspect: a visitor leaves out what it does not want") {
  Brackets brackets;
  tree_of("#{a.b + c}").visit(brackets);
  CHECK(brackets.shown == "(+(b(c))");  // b was not entered
}

TEST_CASE("inspect: constant or not, and the kind of the result") {
  const struct {
    const char *text, *kind;
    bool constant;
  } rows[] = {
      {"", "string", true},
      {"text", "string", true},
      {"#{1}", "integer", true},
      {"#{-1.5}", "number", true},
      {"#{-'1'}", "unknown", true},
      {"#{'a'}", "string", true},
      {"#{1 + 2}", "integer", true},
      {"#{1 + 2.0}", "number", true},
      {"#{2 ^ 2}", "number", true},
      {"#{2 ^ x}", "number or list", false},
      {"#{1 / 2}", "integer", true},
      {"#{1 - '2'}", "unknown", true},
      {"#{'a' + 1}", "string", true},
      {"#{'a' + x}", "string or list", false},
      {"#{x + 'a'}", "string or list", false},
      {"#{x + 1}", "unknown", false},
      {"#{x * 1.5}", "number or list", false},
      {"#{x}", "unknown", false},
      {"#{a.b}", "unknown", false},
      {"x#{1}", "string", true},
      {"#{1}#{2}", "string", true},
      {"x#{y}", "string or list", false},
      {"#{makeDate(2024, 1, 1)}", "datetime", true},
      {"#{format(@scheduledStartTime, 'YYYY')}", "string or list", false},
      {"#{year('2024-01-01')}", "integer", true},
      {"#{year(x) + year(y)}", "unknown", false},
      {"#{nosuch(1)}", "unknown", false},
      {"#{year(1, 2)}", "unknown", false},
  };
  for (const auto& row : rows) {
    INFO(row.text);
    CHECK(kind_of(row.text) == row.kind);
    CHECK(tree_of(row.text).is_constant() == row.constant);
  }
}

TEST_CASE("inspect: a call of any kind has no known kind") {
  FunctionRegistry functions = FunctionRegistry::standard();
  const auto body = [](Call&) { return true; };
  REQUIRE(functions.add({.name = "any", .result = kAnyKind, .body = body}));
  REQUIRE(functions.add({.name = "some", .result = Kind::list, .body = body}));
  CHECK_FALSE(tree_of("#{any()}", {.functions = &functions}).result_kind());
  CHECK_FALSE(tree_of("#{any() + 1}", {.functions = &functions}).result_kind());
  CHECK(tree_of("#{some()}", {.functions = &functions}).result_kind()->kind == Kind::list);
}

TEST_CASE("inspect: canonical text, equality and hash") {
  const char* const same[][2] = {
      {"#{1+2}", "#{1 + 2}"},         {"#< a . b >", "#{a.b}"}, {"x #{(1)} # y", "x #{1} # y"},
      {"#{f( 1 ,2 )}", "#{f(1, 2)}"}, {"##<a>", "##{a}"},       {"#{1.50}", "#{1.5}"},
  };
  for (const auto& [text, canonical] : same) {
    INFO(text);
    const SyntaxTree tree = tree_of(text);
    CHECK(tree.canonical() == canonical);
    CHECK(tree == tree_of(canonical));
    CHECK(tree.hash() == tree_of(canonical).hash());
    CHECK(tree_of(canonical).canonical() == canonical);
  }
  CHECK(tree_of("#< 1+2 >#{x}", {.delimiters = Delimiters::angles}).canonical() == "#<1 + 2>#{x}");
  CHECK_FALSE(tree_of("#{1 + 2}") == tree_of("#{2 + 1}"));
  CHECK_FALSE(tree_of("a") == tree_of("#{'a'}"));
  // FNV-1a, as any program can compute it.
  CHECK(tree_of("").hash() == 0xCBF29CE484222325u);
  CHECK(tree_of("a").hash() == 0xAF63DC4C8601EC8Cu);
  CHECK(tree_of("foobar").hash() == 0x85944171F73967E8u);
}

TEST_CASE("inspect: what does not parse has the compiler's syntax errors, and no others") {
  const char* const rows[][2] = {
      {"#{1 +}", "E103"},         {"#{ }", "E102"},          {"#{1", "E101"},
      {"#{nosuch(1) +}", "E103"}, {"#{1 / 0} #{'}", "E109"}, {"#{1 +} #{", "E103 E101"},
  };
  for (const auto& [text, codes] : rows) {
    INFO(text);
    const auto tree = SyntaxTree::parse(text);
    REQUIRE_FALSE(tree.has_value());
    std::string found;
    for (const Diagnostic& error : tree.error()) {
      found += found.empty() ? "" : " ";
      found += code_id(error.code);
    }
    CHECK(found == codes);
  }
  CompileOptions small;
  small.limits.max_template_bytes = 3;
  CHECK(code_id(SyntaxTree::parse("four", small).error().front().code) == "E601");
  small = {};
  small.limits.max_nodes = 2;
  CHECK(code_id(SyntaxTree::parse("#{1 + 2}", small).error().front().code) == "E604");
}

TEST_CASE("inspect: a deep tree and a wide one need no stack") {
  std::string wide = "#{1";
  for (int i = 0; i < 20'000; ++i) wide += "+1";
  const SyntaxTree tree = tree_of(wide + "}");
  CHECK(tree.nodes().size() == 40'001);
  SyntaxVisitor visitor;
  tree.visit(visitor);
  CHECK(tree.is_constant());
}

TEST_CASE("inspect: names of hosts that are no identifiers") {
  const char* const rows[][2] = {
      {"plain", "plain"},
      {"my-field", "my_x2Dfield"},
      {"a.b", "a_x2Eb"},
      {"1st", "_x31st"},
      {"_x2D", "_x5Fx2D"},
      {"_X", "_X"},
      {"", ""},
      {"gr\xC3\xB6\xC3\x9F"
       "e",
       "gr_xC3_xB6_xC3_x9Fe"},
      {"@status", "_x40status"},
  };
  for (const auto& [name, identifier] : rows) {
    INFO(name);
    CHECK(identifier_for(name) == identifier);
    CHECK(name_of_identifier(identifier) == name);
    if (*name != '\0') CHECK(names_of(tree_of("#{" + identifier_for(name) + "}")) == std::string(identifier) + "@2");
  }
  for (int byte = 0; byte < 256; ++byte) {
    const std::string name = "_x" + std::string(1, static_cast<char>(byte));
    CHECK(name_of_identifier(identifier_for(name)) == name);
  }
  CHECK(name_of_identifier("_x") == "_x");
  CHECK(name_of_identifier("_x2d") == "_x2d");  // digits of encoded bytes are capitals
}
