// Question: one request about an open document, with everything that its answer needs.
#pragma once

#include <string_view>

#include <pipexpr/language_server.h>

#include "lsp/document.h"
#include "lsp/message.h"
#include "lsp/run_values.h"

namespace pipexpr::lsp {

// What the client has said of itself.
struct Client {
  ColumnUnit unit = ColumnUnit::utf16;
  bool takes_snippets = false;
  bool refreshes_hints = false;
};

// The byte of a text at a position of the protocol; a position that is none, or too large, is as far as it goes.
std::size_t offset_of(View position, const LineIndex& lines, ColumnUnit unit);

struct Question {
  std::string_view uri;
  View params;
  const Document& document;
  RunValues* values = nullptr;  // nullptr: the text was no definition so far
  const Client& client;
  const ServerOptions& options;

  // The byte at params.position.
  std::size_t offset() const { return offset_of(params["position"], document.lines(), client.unit); }
  // What a range of the request covers; without one, the whole text.
  SourceSpan span(View range) const;

  void position(JsonWriter& json, std::size_t offset) const;
  void range(JsonWriter& json, SourceSpan span) const;  // a span of the text
  // {"changes": {URI: edits}}, each of them {span, text}.
  void workspace_edit(JsonWriter& json, const std::vector<TextEdit>& edits) const;

  const PipelineDefinition& definition() const { return *document.definition(); }
};

// The answers, one file each. An answer that has nothing to say is null or empty.
void hover(const Question& question, JsonWriter& json);
void completion(const Question& question, JsonWriter& json);
void signature_help(const Question& question, JsonWriter& json);
void go_to_definition(const Question& question, JsonWriter& json);
void find_references(const Question& question, JsonWriter& json);
void prepare_rename(const Question& question, JsonWriter& json);
// False: the new name is refused, and `why` says so.
bool rename(const Question& question, JsonWriter& json, std::string& why);
void document_symbols(const Question& question, JsonWriter& json);
void inlay_hints(const Question& question, JsonWriter& json);
void code_lenses(const Question& question, JsonWriter& json);
void semantic_tokens(const Question& question, JsonWriter& json);
void code_actions(const Question& question, JsonWriter& json);
// The parameters of textDocument/publishDiagnostics.
void publish_diagnostics(const Question& question, JsonWriter& json);

// The types of semantic tokens, in the order of their numbers.
void write_token_legend(JsonWriter& json);

// The beginning of a text on one line, at most so many bytes of it, and never half a character.
std::string short_line(std::string_view text, std::size_t max_bytes);

}  // namespace pipexpr::lsp
