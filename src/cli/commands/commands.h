// Every command of `pipexpr`, in the order of the help. A new one is a file, a line here and a line in
// main.cc.
#pragma once

#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace cli {

struct Session;

void add_eval(CLI::App& app, Session& session);
void add_render(CLI::App& app, Session& session);
void add_check(CLI::App& app, Session& session);
void add_test(CLI::App& app, Session& session);
void add_explain(CLI::App& app, Session& session);
void add_diff(CLI::App& app, Session& session);
void add_parameters(CLI::App& app, Session& session);
void add_graph(CLI::App& app, Session& session);
void add_convert(CLI::App& app, Session& session);
void add_reduce(CLI::App& app, Session& session);
void add_translate(CLI::App& app, Session& session);
void add_rename(CLI::App& app, Session& session);
void add_evidence(CLI::App& app, Session& session);
void add_lsp(CLI::App& app, Session& session);
void add_functions(CLI::App& app, Session& session);
void add_limits(CLI::App& app, Session& session);
void add_codes(CLI::App& app, Session& session);
void add_completion(CLI::App& app, Session& session);
void add_manual(CLI::App& app, Session& session);
void add_help(CLI::App& app, Session& session);
void add_version(CLI::App& app, Session& session);

// The command of that name; nullptr: there is none.
const CLI::App* find_command(const CLI::App& app, const std::string& name);
// "unknown command 'chek', did you mean 'check'?"
std::string unknown_command(const CLI::App& app, const std::string& word);

// What `pipexpr --version` says: version and time-zone database, then commit, source of the zones, and features.
std::string version_text();
extern const std::string_view kCommit;  // "unknown" outside a checkout

#ifdef PIPEXPR_WITH_SERVICE
void add_serve(CLI::App& app, Session& session);
#endif

}  // namespace cli
