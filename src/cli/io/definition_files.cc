// Walks folders, less what .gitignore files, --exclude and good sense leave out.
#include "cli/io/definition_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "process/interrupt.h"

namespace cli {
namespace {

namespace fs = std::filesystem;

struct Pattern {
  std::string glob;
  bool folders_only = false, keeps = false;
};

// A line of a .gitignore as a glob of the path from that file's folder on.
bool read_pattern(std::string line, Pattern& out) {
  while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.pop_back();
  if (line.empty() || line[0] == '#') return false;
  if (line[0] == '!') {
    out.keeps = true;
    line.erase(0, 1);
  }
  if (!line.empty() && line.back() == '/') {
    out.folders_only = true;
    line.pop_back();
  }
  const bool anchored = line.find('/') != std::string::npos;
  if (!line.empty() && line[0] == '/') line.erase(0, 1);
  if (line.empty()) return false;
  out.glob = anchored ? line : "**/" + line;
  return true;
}

class Walk {
 public:
  Walk(const std::vector<std::string_view>& endings, const FileSearch& search, FoundFiles& out)
      : endings_(endings), search_(search), out_(out) {}

  void run(const fs::path& folder) {
    std::error_code why;
    // The .gitignore files above, up to the repository's root.
    if (search_.gitignore) {
      fs::path above = fs::absolute(folder, why).lexically_normal();
      std::vector<fs::path> chain;
      for (fs::path at = above; fs::exists(at, why) && at.has_relative_path(); at = at.parent_path()) {
        if (fs::exists(at / ".git", why)) {
          for (auto one = chain.rbegin(); one != chain.rend(); ++one) read(*one);
          break;
        }
        chain.push_back(at.parent_path());
      }
    }
    enter(folder, true);
    std::sort(out_.paths.begin(), out_.paths.end());
  }

 private:
  struct Rules {
    fs::path folder;
    std::vector<Pattern> patterns;
  };

  void read(const fs::path& folder) {
    std::ifstream in(folder / ".gitignore");
    Rules rules{folder, {}};
    for (std::string line; std::getline(in, line);) {
      Pattern pattern;
      if (read_pattern(line, pattern)) rules.patterns.push_back(std::move(pattern));
    }
    rules_.push_back(std::move(rules));
  }

  bool is_ignored(const fs::path& path, bool is_folder) const {
    std::error_code why;
    const fs::path whole = fs::absolute(path, why).lexically_normal();
    bool ignored = false;
    for (const Rules& rules : rules_) {
      const std::string relative =
          whole.lexically_relative(fs::absolute(rules.folder, why).lexically_normal()).string();
      for (const Pattern& pattern : rules.patterns) {
        if (pattern.folders_only && !is_folder) continue;
        if (matches_path(pattern.glob, relative)) ignored = !pattern.keeps;
      }
    }
    return ignored;
  }

  void enter(const fs::path& folder, bool is_first) {
    std::error_code why;
    fs::directory_iterator at(folder, fs::directory_options::skip_permission_denied, why);
    if (why && is_first) {
      out_.problem = why.message();
      return;
    }
    const std::size_t before = rules_.size();
    if (search_.gitignore) read(folder);
    for (; !why && at != fs::directory_iterator() && !pipexpr::process::interrupted(); at.increment(why)) {
      const fs::path& path = at->path();
      const std::string name = path.filename().string();
      const bool is_folder = at->is_directory(why) && !at->is_symlink(why);
      if (is_folder && (name.starts_with(".") || name == "node_modules")) continue;
      if (is_excluded(path.string(), search_.exclude) || (search_.gitignore && is_ignored(path, is_folder))) continue;
      if (is_folder) {
        enter(path, false);
        continue;
      }
      const bool wanted =
          std::any_of(endings_.begin(), endings_.end(), [&](std::string_view end) { return name.ends_with(end); });
      if (wanted && at->is_regular_file(why)) out_.paths.push_back(path.string());
    }
    rules_.resize(before);
  }

  const std::vector<std::string_view>& endings_;
  const FileSearch& search_;
  FoundFiles& out_;
  std::vector<Rules> rules_;
};

}  // namespace

bool matches_path(std::string_view glob, std::string_view path) {
  if (glob.starts_with("**/")) {
    if (matches_path(glob.substr(3), path)) return true;
    const std::size_t slash = path.find('/');
    return slash != std::string_view::npos && matches_path(glob, path.substr(slash + 1));
  }
  if (glob.empty()) return path.empty();
  if (glob.starts_with("**")) {
    for (std::size_t i = 0; i <= path.size(); ++i) {
      if (matches_path(glob.substr(2), path.substr(i))) return true;
    }
    return false;
  }
  if (glob[0] == '*') {
    for (std::size_t i = 0; i <= path.size(); ++i) {
      if (matches_path(glob.substr(1), path.substr(i))) return true;
      if (i < path.size() && path[i] == '/') return false;
    }
    return false;
  }
  return !path.empty() && (glob[0] == '?' ? path[0] != '/' : glob[0] == path[0]) &&
         matches_path(glob.substr(1), path.substr(1));
}

bool is_excluded(std::string_view path, const std::vector<std::string>& globs) {
  while (path.starts_with("./")) path.remove_prefix(2);
  return std::any_of(globs.begin(), globs.end(), [&](const std::string& given) {
    std::string_view glob = given;
    while (glob.ends_with("/")) glob.remove_suffix(1);
    // The whole path, or any part of it that begins after a slash and ends before one.
    for (std::size_t end = path.find('/');; end = path.find('/', end + 1)) {
      const std::string_view part = path.substr(0, end);
      if (matches_path(glob, part) || matches_path("**/" + std::string(glob), part)) return true;
      if (end == std::string_view::npos) return false;
    }
  });
}

FoundFiles find_files(const std::string& folder, const std::vector<std::string_view>& endings,
                      const FileSearch& search) {
  FoundFiles found;
  Walk(endings, search, found).run(folder);
  return found;
}

std::string nearest_config(const std::string& path) {
  std::error_code none;
  for (auto folder = std::filesystem::absolute(path, none).lexically_normal().parent_path();;
       folder = folder.parent_path()) {
    if (std::filesystem::is_regular_file(folder / kConfigName, none)) return (folder / kConfigName).string();
    if (folder == folder.root_path() || folder.empty()) return "";
  }
}

}  // namespace cli
