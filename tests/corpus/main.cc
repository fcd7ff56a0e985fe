// Runs the engine over a folder of real definitions, if there is one: every file loads or is refused with a
// place, every field has a value or a diagnostic, and the diagnostics are those that reported.tsv says, each
// with a verdict.
//
// With PIPEXPR_SHOW set, every result is printed, to be read.
//
// The folder is not part of the project. It is ../shared beside the repository, or $PIPEXPR_SHARED.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "render.h"

namespace {

namespace fs = std::filesystem;

constexpr int kSkipped = 77;

std::string read_text(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

struct Tally {
  std::size_t files = 0, loaded = 0, refused = 0, plain = 0, plain_refused = 0;
  std::size_t completed = 0, incomplete = 0;  // fields of files whose undeclared parameters were given
  corpus::Counts counts;
  std::map<std::string, std::string> reported;  // "file\tobject\tfield\tcode" -> message
};

void add(Tally& tally, const std::string& file, const std::string& object, const std::string& field,
         const pipexpr::Diagnostic& why) {
  tally.reported[file + "\t" + object + "\t" + field + "\t" + std::string(code_id(why.code))] = why.message;
}

// Many files leave the values of their parameters out. With dummies for those, more of their fields have a
// value; fields with several are missing one after the other.
void complete(Tally& tally, const std::string& json, std::vector<corpus::Failure> failures) {
  std::set<std::string> undeclared;
  std::size_t before = 0;
  for (;;) {
    undeclared.merge(corpus::missing_parameters(failures));
    if (undeclared.size() == before) return;
    before = undeclared.size();
    const auto definition = corpus::load(json, undeclared);
    corpus::Counts counts;
    failures.clear();
    corpus::render_all(**definition, counts, failures);
    if (corpus::missing_parameters(failures).empty()) {
      tally.completed += counts.rendered;
      tally.incomplete += failures.size();
      for (const std::string& problem : counts.problems) tally.counts.problems.push_back(problem);
    }
  }
}

void check_definition(Tally& tally, const fs::path& path) {
  const std::string file = path.stem().string();
  const std::string json = read_text(path);
  const auto definition = corpus::load(json);
  if (!definition) {
    ++tally.refused;
    for (const pipexpr::Diagnostic& why : definition.error()) {
      add(tally, file, "-", "-", why);
      if (why.span.offset > json.size()) tally.counts.problems.push_back(file + ": the error lies outside the file");
    }
    return;
  }
  ++tally.loaded;
  std::vector<corpus::Failure> failures;
  corpus::render_all(**definition, tally.counts, failures);
  complete(tally, json, failures);
  for (const corpus::Failure& f : failures)
    tally.reported[file + "\t" + f.object + "\t" + f.field + "\t" + f.code] = f.message;
}

// Files that are no JSON are texts with expressions in them; loading them must say where the error is.
void check_text(Tally& tally, const fs::path& path) {
  const std::string file = path.stem().string();
  const std::string text = read_text(path);
  const auto loaded = pipexpr::PipelineDefinition::load(text);
  if (loaded) {
    ++tally.loaded;
  } else {
    ++tally.refused;
    if (loaded.error().front().span.offset > text.size())
      tally.counts.problems.push_back(file + ": the error lies outside the file");
    add(tally, file, "-", "-", loaded.error().front());
  }
  const auto compiled = pipexpr::Expression::compile(text);
  ++(compiled ? tally.plain : tally.plain_refused);
  if (compiled) {
    tally.counts.expressions += compiled->canonical().size();
  } else {
    add(tally, file, "-", "text", compiled.error().front());
  }
}

// Lines of reported.tsv: the key and the verdict.
std::map<std::string, std::string> read_reviewed(const std::string& path) {
  std::map<std::string, std::string> reviewed;
  std::istringstream lines(read_text(path));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t verdict = line.rfind('\t');
    if (line.starts_with("#") || verdict == std::string::npos) continue;
    reviewed[line.substr(0, verdict)] = line.substr(verdict + 1);
  }
  return reviewed;
}

int compare(const Tally& tally, const std::string& path) {
  int errors = 0;
  const std::map<std::string, std::string> reviewed = read_reviewed(path);
  for (const auto& [key, message] : tally.reported) {
    const auto found = reviewed.find(key);
    if (found == reviewed.end()) {
      ++errors;
      std::printf("not reviewed: %s: %s\n", key.c_str(), message.c_str());
    } else if (found->second.empty()) {
      ++errors;
      std::printf("no verdict: %s: %s\n", key.c_str(), message.c_str());
    }
  }
  for (const auto& [key, verdict] : reviewed) {
    if (tally.reported.contains(key)) continue;
    ++errors;
    std::printf("no longer reported: %s (%s)\n", key.c_str(), verdict.c_str());
  }
  return errors;
}

void update(const Tally& tally, const std::string& path) {
  const std::map<std::string, std::string> reviewed = read_reviewed(path);
  std::ostringstream out;
  out << "# Every diagnostic of the corpus run, reviewed: file, object, field, code, verdict. A definition "
         "that is refused\n"
         "# has no object and field; 'text' is a file that is no JSON, compiled as a template.\n";
  for (const auto& [key, message] : tally.reported) {
    const auto found = reviewed.find(key);
    out << key << '\t' << (found == reviewed.end() ? "" : found->second) << '\n';
  }
  std::ofstream(path, std::ios::binary) << out.str();
}

}  // namespace

int main() {
  const std::string here = PIPEXPR_CORPUS_DIR;
  const char* given = std::getenv("PIPEXPR_SHARED");
  const fs::path shared = given != nullptr ? fs::path(given) : fs::path(PIPEXPR_SOURCE_DIR).parent_path() / "shared";
  const fs::path folder = shared / "corpus";
  if (!fs::is_directory(folder)) {
    std::printf(
        "SKIPPED: shared folder absent: there is no %s; set PIPEXPR_SHARED to the folder that holds "
        "corpus/\n",
        folder.string().c_str());
    return kSkipped;
  }
  Tally tally;
  std::set<fs::path> files;  // in order
  for (const char* kind : {"definitions", "api", "fragments", "instances", "unparsed"})
    if (fs::is_directory(folder / kind))
      for (const auto& entry : fs::directory_iterator(folder / kind)) files.insert(entry.path());
  for (const fs::path& path : files) {
    ++tally.files;
    if (path.extension() == ".txt")
      check_text(tally, path);
    else
      check_definition(tally, path);
  }
  const corpus::Counts& counts = tally.counts;
  std::printf("%zu files: %zu definitions loaded, %zu refused; %zu plain texts compiled, %zu refused\n", tally.files,
              tally.loaded, tally.refused, tally.plain, tally.plain_refused);
  std::printf("%zu expressions; fields: %zu rendered, %zu reported, %zu untouched\n", counts.expressions,
              counts.rendered, counts.reported, counts.untouched);
  std::printf("files with undeclared parameters, once those are given: fields: %zu rendered, %zu reported\n",
              tally.completed, tally.incomplete);
  for (const std::string& problem : counts.problems) std::printf("problem: %s\n", problem.c_str());
  if (std::getenv("PIPEXPR_SHOW") != nullptr)
    for (const std::string& result : counts.results) std::printf("%s\n", result.c_str());
  const std::string reviewed = here + "/reported.tsv";
  if (std::getenv("PIPEXPR_UPDATE") != nullptr) update(tally, reviewed);
  const int errors = compare(tally, reviewed);
  if (tally.files < 100) std::printf("only %zu files: the corpus has more than 100\n", tally.files);
  return errors == 0 && counts.problems.empty() && tally.files >= 100 ? 0 : 1;
}
