// Takes messages, keeps documents, and asks the features for answers.
#include "lsp/server.h"

#include <algorithm>
#include <utility>

#include <pipexpr/version.h>

namespace pipexpr::lsp {
namespace {

struct Feature {
  std::string_view method;
  void (*answer)(const Question&, JsonWriter&);
  bool needs_definition;
};
constexpr Feature kFeatures[] = {
    {"textDocument/hover", hover, true},
    {"textDocument/completion", completion, false},
    {"textDocument/signatureHelp", signature_help, false},
    {"textDocument/definition", go_to_definition, true},
    {"textDocument/references", find_references, true},
    {"textDocument/prepareRename", prepare_rename, true},
    {"textDocument/documentSymbol", document_symbols, false},
    {"textDocument/inlayHint", inlay_hints, true},
    {"textDocument/codeLens", code_lenses, true},
    {"textDocument/semanticTokens/full", semantic_tokens, true},
    {"textDocument/codeAction", code_actions, false},
};

void words(JsonWriter& json, std::string_view key, std::initializer_list<std::string_view> all) {
  json.key(key);
  json.StartArray();
  for (const std::string_view word : all) json.text(word);
  json.EndArray();
}

void flag(JsonWriter& json, std::string_view key) {
  json.key(key);
  json.Bool(true);
}

void capabilities(JsonWriter& json, std::string_view encoding) {
  json.StartObject();
  json.member("positionEncoding", encoding);
  json.key("textDocumentSync");
  json.StartObject();
  flag(json, "openClose");
  json.member("change", std::uint64_t{2});
  json.EndObject();
  for (const std::string_view one : {"hoverProvider", "definitionProvider", "referencesProvider",
                                     "documentSymbolProvider", "inlayHintProvider", "codeActionProvider"}) {
    flag(json, one);
  }
  json.key("completionProvider");
  json.StartObject();
  words(json, "triggerCharacters", {"\"", "{", "@", ".", "'", "(", "*"});
  json.EndObject();
  json.key("signatureHelpProvider");
  json.StartObject();
  words(json, "triggerCharacters", {"(", ","});
  json.EndObject();
  json.key("renameProvider");
  json.StartObject();
  flag(json, "prepareProvider");
  json.EndObject();
  json.key("codeLensProvider");
  json.StartObject();
  json.EndObject();
  json.key("executeCommandProvider");
  json.StartObject();
  words(json, "commands", {"pipexpr.chooseRun"});
  json.EndObject();
  json.key("semanticTokensProvider");
  json.StartObject();
  json.key("legend");
  write_token_legend(json);
  flag(json, "full");
  json.EndObject();
  json.EndObject();
}

// The client's first choice of those that there are; without a choice, that of the protocol.
std::string_view choose_encoding(View offered, ColumnUnit& unit) {
  unit = ColumnUnit::utf16;
  for (std::size_t i = 0; i < offered.size(); ++i) {
    const std::string_view one = offered.at(i).text();
    if (one == "utf-16") return one;
    if (one == "utf-8") return unit = ColumnUnit::bytes, one;
    if (one == "utf-32") return unit = ColumnUnit::code_points, one;
  }
  return "utf-16";
}

}  // namespace

Server::Server(ServerOptions options) : options_(std::move(options)) {
  options_.load.compile.fold_constants = false;  // so that explanations have every step
}

std::vector<std::string> Server::receive(std::string_view message) {
  out_.clear();
  if (is_over()) return {};
  rapidjson::Document json;
  json.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(message.data(), message.size());
  if (json.HasParseError()) {
    out_.push_back(failure("null", Failure::parse_error, "the message is no JSON"));
  } else {
    dispatch(View(json));
  }
  return std::exchange(out_, {});
}

void Server::dispatch(View message) {
  const bool has_id = message["id"].exists();
  const std::string id = message["id"].id();
  if (!message["method"].is_text()) {
    const bool is_answer = has_id && (message["result"].exists() || message["error"].exists());  // to a request of ours
    if (!is_answer) out_.push_back(failure(id, Failure::invalid_request, "expected an object with a method"));
    return;
  }
  const std::string_view method = message["method"].text();
  if (!has_id) return notified(method, message["params"]);
  if (state_ == State::shut_down) {
    out_.push_back(failure(id, Failure::invalid_request, "the server was shut down"));
  } else if (method == "initialize") {
    initialize(id, message["params"]);
  } else if (state_ == State::created) {
    out_.push_back(failure(id, Failure::not_initialized, "expected 'initialize' first"));
  } else {
    request(method, id, message["params"]);
  }
}

void Server::initialize(const std::string& id, View params) {
  if (state_ != State::created) {
    out_.push_back(failure(id, Failure::invalid_request, "'initialize' was sent before"));
    return;
  }
  state_ = State::running;
  const View client = params["capabilities"];
  const std::string_view encoding = choose_encoding(client["general"]["positionEncodings"], client_.unit);
  client_.takes_snippets = client["textDocument"]["completion"]["completionItem"]["snippetSupport"].is_true();
  client_.refreshes_hints = client["workspace"]["inlayHint"]["refreshSupport"].is_true();
  choose_run(params["initializationOptions"]["at"]);
  out_.push_back(answer(id, [&](JsonWriter& json) {
    json.StartObject();
    json.key("capabilities");
    capabilities(json, encoding);
    json.key("serverInfo");
    json.StartObject();
    json.member("name", "pipexpr");
    json.member("version", PIPEXPR_VERSION_STRING);
    json.EndObject();
    json.EndObject();
  }));
}

void Server::request(std::string_view method, const std::string& id, View params) {
  if (method == "shutdown") {
    state_ = State::shut_down;
    was_shut_down_ = true;
    out_.push_back(answer(id, [](JsonWriter& json) { json.Null(); }));
  } else if (method == "workspace/executeCommand") {
    execute(id, params);
  } else {
    ask(method, id, params);
  }
}

void Server::ask(std::string_view method, const std::string& id, View params) {
  const Feature* feature = nullptr;
  for (const Feature& one : kFeatures) {
    if (one.method == method) feature = &one;
  }
  const bool is_rename = method == "textDocument/rename";
  if (feature == nullptr && !is_rename) {
    out_.push_back(failure(id, Failure::method_not_found, "there is no such method"));
    return;
  }
  const auto found = documents_.find(params["textDocument"]["uri"].text());
  if (found == documents_.end()) {
    out_.push_back(failure(id, Failure::invalid_params, "the document is not open"));
    return;
  }
  const Question about = question(found->first, found->second, params);
  std::string why;
  std::string result = answer(id, [&](JsonWriter& json) {
    if (about.document.definition() == nullptr && (is_rename || feature->needs_definition)) {
      json.Null();
    } else if (!is_rename) {
      feature->answer(about, json);
    } else if (!rename(about, json, why)) {
      json.Null();
    }
  });
  out_.push_back(why.empty() ? std::move(result) : failure(id, Failure::request_failed, why));
}

// Nothing, null or an empty string is each object's first run. False: it is no date-time.
bool Server::choose_run(View at) {
  if (at.exists() && !at.is_null() && !at.is_text()) return false;
  const auto start = at.text().empty() ? std::nullopt : std::optional(parse_datetime(at.text()));
  if (start && !start->has_value()) return false;
  at_ = start ? std::optional(**start) : std::nullopt;
  for (auto& [uri, open] : documents_) open.values.reset();
  return true;
}

void Server::execute(const std::string& id, View params) {
  if (params["command"].text() != "pipexpr.chooseRun") {
    out_.push_back(failure(id, Failure::invalid_params, "there is no such command"));
  } else if (!choose_run(params["arguments"].at(0))) {
    out_.push_back(
        failure(id, Failure::invalid_params, "expected a date-time such as 2024-05-24T17:00:00, or nothing"));
  } else {
    out_.push_back(answer(id, [](JsonWriter& json) { json.Null(); }));
    if (client_.refreshes_hints) out_.push_back(lsp::request(next_request_++, "workspace/inlayHint/refresh"));
  }
}

void Server::notified(std::string_view method, View params) {
  if (method == "exit") {
    state_ = State::over;
    return;
  }
  if (state_ != State::running) return;
  if (method == "textDocument/didOpen") opened(params);
  if (method == "textDocument/didChange") changed(params);
  if (method == "workspace/didChangeConfiguration") choose_run(params["settings"]["pipexpr"]["at"]);
  if (method == "textDocument/didClose") {
    const auto found = documents_.find(params["textDocument"]["uri"].text());
    if (found == documents_.end()) return;
    documents_.erase(found);
    out_.push_back(notification("textDocument/publishDiagnostics", [&](JsonWriter& json) {
      json.StartObject();
      json.member("uri", params["textDocument"]["uri"].text());
      json.key("diagnostics");
      json.StartArray();
      json.EndArray();
      json.EndObject();
    }));
  }
}

void Server::opened(View params) {
  const View document = params["textDocument"];
  if (!document["uri"].is_text() || !document["text"].is_text()) return;
  const std::string uri(document["uri"].text());
  documents_.erase(uri);
  const auto added = documents_.try_emplace(uri, std::string(document["text"].text()), options_.load).first;
  publish(added->first, added->second);
}

void Server::changed(View params) {
  const auto found = documents_.find(params["textDocument"]["uri"].text());
  const View changes = params["contentChanges"];
  if (found == documents_.end() || changes.size() == 0) return;
  Document& document = found->second.document;
  std::string text(document.text());
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const View change = changes.at(i);
    if (!change["text"].is_text()) continue;
    if (!change["range"].is_object()) {
      text = change["text"].text();
      continue;
    }
    const LineIndex lines(text);
    const auto [begin, end] = std::minmax({offset_of(change["range"]["start"], lines, client_.unit),
                                           offset_of(change["range"]["end"], lines, client_.unit)});
    text.replace(begin, end - begin, change["text"].text());
  }
  document.change(std::move(text));
  publish(found->first, found->second);
}

Question Server::question(std::string_view uri, Open& open, View params) {
  const PipelineDefinition* const definition = open.document.definition();
  if (definition != nullptr && (open.values == nullptr || open.of != definition)) {
    open.values = std::make_unique<RunValues>(open.document.shared_definition(), at_, options_);
    open.of = definition;
  }
  return {uri, params, open.document, open.values.get(), client_, options_};
}

void Server::publish(const std::string& uri, Open& open) {
  // What the answers to come look up is made now: an editor asks for hints and colors after every change anyway.
  static_cast<void>(open.document.values());
  static_cast<void>(open.document.references());
  out_.push_back(notification("textDocument/publishDiagnostics",
                              [&](JsonWriter& json) { publish_diagnostics(question(uri, open, {}), json); }));
}

}  // namespace pipexpr::lsp

namespace pipexpr {

LanguageServer::LanguageServer(ServerOptions options) : server_(std::make_unique<lsp::Server>(std::move(options))) {}
LanguageServer::LanguageServer(LanguageServer&&) noexcept = default;
LanguageServer& LanguageServer::operator=(LanguageServer&&) noexcept = default;
LanguageServer::~LanguageServer() = default;
std::vector<std::string> LanguageServer::receive(std::string_view message) { return server_->receive(message); }
bool LanguageServer::is_over() const { return server_->is_over(); }
int LanguageServer::exit_status() const { return server_->exit_status(); }

}  // namespace pipexpr
