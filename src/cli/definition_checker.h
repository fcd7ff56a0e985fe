// Checks files and folders of definitions, repairs them when it is asked to, and counts.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <pipexpr/check.h>

#include "check_config/suppressions.h"
#include "cli/flags.h"
#include "cli/io/definition_files.h"
#include "report/check_summary.h"

namespace CLI {
class App;
}

namespace cli {

struct CheckRequest {
  std::vector<std::string> paths, only, ignore, objects;
  std::string format = "text", profile, config, stdin_name;
  FileSearch search;
  bool strict = false, fix = false, unsafe_fixes = false, diff = false, list = false;
  bool definitions_only = false;  // other files that are named are left alone, as they are in folders
  Flags flags;                    // the files of parameters, and limits
};

class DefinitionChecker {
 public:
  DefinitionChecker(const CLI::App& command, const CheckRequest& request, pipexpr::CheckOptions options)
      : command_(command), request_(request), options_(std::move(options)) {}

  bool config(const std::string& path);  // false: it cannot be read
  void path(const std::string& path);    // a file, a folder, or - for standard input

  // Why --object names nothing in files that all load; empty when it does.
  std::string missing_object() const;
  int status() const;
  const std::vector<pipexpr::report::CheckedFile>& files() const { return files_; }
  const pipexpr::report::FixCounts& fixes() const { return fixes_; }
  const std::string& diffs() const { return diffs_; }  // what --diff shows
  std::string notes() const;                           // suppressions that match nothing

 private:
  void unreadable_file(const std::string& path, std::string_view why);
  std::shared_ptr<pipexpr::check_config::Suppressions> read_config(const std::string& path);
  std::shared_ptr<pipexpr::check_config::Suppressions> config_of(const std::string& path);
  void folder(const std::string& path);
  void file(const std::string& path, bool from_folder);
  pipexpr::Findings findings_in(pipexpr::report::CheckedFile& checked, const pipexpr::CheckOptions& options) const;
  void look(pipexpr::report::CheckedFile& checked, const std::string& path, pipexpr::check_config::Suppressions* known,
            const pipexpr::CheckOptions& options) const;
  // Moves what is wrong with the values and parameters of files of their own to those.
  void place_beside(pipexpr::report::CheckedFile& checked);
  pipexpr::report::CheckedFile* beside(const std::string& path);

  struct Repaired {
    std::string json;
    std::size_t count = 0;  // of fixes in it
    pipexpr::Findings findings = {};
  };
  template <class Check>
  static Repaired sound_fixes(const std::string& json, pipexpr::Findings found, pipexpr::Findings fixes,
                              pipexpr::FixTier least, std::size_t& left, const Check& check);
  template <class Look>
  std::size_t repair_text(pipexpr::report::CheckedFile& checked, pipexpr::FixTier least, std::size_t& left,
                          const Look& look_at) const;
  template <class Look>
  void count_fixes(const pipexpr::report::CheckedFile& checked, const Look& look_at);
  template <class Look>
  void repair(const std::string& path, pipexpr::report::CheckedFile& checked, const Look& look_at);

  const CLI::App& command_;
  const CheckRequest& request_;
  pipexpr::CheckOptions options_;
  std::shared_ptr<pipexpr::check_config::Suppressions> config_file_;
  std::map<std::string, std::shared_ptr<pipexpr::check_config::Suppressions>> configs_;
  std::vector<pipexpr::report::CheckedFile> files_;
  pipexpr::report::FixCounts fixes_;
  std::string diffs_;
  bool unreadable_ = false;
};

}  // namespace cli
