// Verifies signatures of requests.
#include "service/http/sigv4.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <openssl/crypto.h>

#include "base/char_class.h"
#include "service/http/digest.h"

namespace pipexpr::service {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view kService = "datapipeline";
constexpr std::string_view kTerm = "aws4_request";
constexpr std::string_view kOwn = "x-amz-";  // headers of AWS's own
constexpr Millis kSkew = 15 * 60 * 1000;
constexpr std::size_t kMaxKeys = 1000;

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

// Without blanks around it, and one blank where there were several.
void append_collapsed(std::string& out, std::string_view value) {
  bool blank = false;
  for (char c : trim(value)) {
    bool is_blank = c == ' ' || c == '\t';
    if (!is_blank || !blank) out += is_blank ? ' ' : c;
    blank = is_blank;
  }
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

// 20150830T123600Z
std::optional<Millis> parse_amz_date(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  int parts[6] = {};
  constexpr std::size_t kAt[] = {0, 4, 6, 9, 11, 13, 15};
  for (std::size_t i = 0; i < 6; ++i) {
    const char* from = text.data() + kAt[i];
    const char* to = from + (i == 0 ? 4 : 2);
    auto [end, error] = std::from_chars(from, to, parts[i]);
    if (error != std::errc{} || end != to) return std::nullopt;
  }
  auto day = std::chrono::year(parts[0]) / parts[1] / parts[2];
  if (!day.ok() || parts[3] > 23 || parts[4] > 59 || parts[5] > 60) return std::nullopt;
  auto time = std::chrono::sys_days(day) + std::chrono::hours(parts[3]) + std::chrono::minutes(parts[4]) +
              std::chrono::seconds(parts[5]);
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void append_canonical_query(std::string& out, std::string_view query) {
  if (query.empty()) return;
  std::vector<std::pair<std::string, std::string>> pairs;
  for (auto& [name, value] : parse_query(query)) {
    if (name != "X-Amz-Signature") pairs.emplace_back(percent_encode(name), percent_encode(value));
  }
  std::sort(pairs.begin(), pairs.end());
  bool first = true;
  for (const auto& [name, value] : pairs) {
    if (!first) out += '&';
    out.append(name).append("=").append(value);
    first = false;
  }
}

// What is signed, except the hash of the body at its end.
void append_canonical(std::string& out, const Request& request, std::vector<std::string_view> names) {
  out.append(request.method).append("\n");
  out.append(percent_encode(request.path(), true)).append("\n");
  append_canonical_query(out, request.query());
  out += '\n';
  std::sort(names.begin(), names.end());
  for (std::string_view name : names) {
    out.append(name).append(":");
    bool first = true;
    for (const Header& header : request.headers) {
      if (!same_header(header.name, name)) continue;
      if (!first) out += ',';
      append_collapsed(out, header.value);
      first = false;
    }
    out += '\n';
  }
  char separator = '\n';
  for (std::string_view name : names) {
    out += separator;
    out += name;
    separator = ';';
  }
  out += '\n';
}

}  // namespace

// Views into the request, or into its decoded query.
struct Verifier::Signature {
  std::string_view access_key;
  std::string_view date;  // of the scope: 20150830
  std::string_view region;
  std::string_view scope;  // access key/date/region/service/aws4_request
  std::string_view time;   // X-Amz-Date
  std::vector<std::string_view> signed_headers;
  std::string_view signature;
  std::string_view token;
  Millis expires = 0;  // 0: the header form
  std::vector<std::pair<std::string, std::string>> query;
};

namespace {

ServiceError incomplete(std::string why) { return {ErrorType::incomplete_signature, std::move(why)}; }

}  // namespace

std::optional<ServiceError> Verifier::from_header(const Request& request, std::string_view authorization,
                                                  Signature& out) const {
  if (!authorization.starts_with(kAlgorithm)) {
    return incomplete(fmt::format("expected an Authorization header of {}, found another algorithm", kAlgorithm));
  }
  std::string_view credential;
  std::string_view headers;
  for (std::string_view part : split(authorization.substr(kAlgorithm.size()), ',')) {
    part = trim(part);
    if (part.starts_with("Credential=")) credential = part.substr(11);
    if (part.starts_with("SignedHeaders=")) headers = part.substr(14);
    if (part.starts_with("Signature=")) out.signature = part.substr(10);
  }
  if (credential.empty()) return incomplete("Authorization header requires 'Credential' parameter.");
  if (headers.empty()) return incomplete("Authorization header requires 'SignedHeaders' parameter.");
  if (out.signature.empty()) return incomplete("Authorization header requires 'Signature' parameter.");
  out.scope = credential;
  out.signed_headers = split(headers, ';');
  out.time = request.header("x-amz-date");
  if (out.time.empty())
    return incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  out.token = request.header("x-amz-security-token");
  return std::nullopt;
}

std::optional<ServiceError> Verifier::from_query(const Request& request, Signature& out) const {
  std::string_view algorithm;
  out.query = parse_query(request.query());
  for (const auto& [name, value] : out.query) {
    if (name == "X-Amz-Algorithm") algorithm = value;
    if (name == "X-Amz-Credential") out.scope = value;
    if (name == "X-Amz-Date") out.time = value;
    if (name == "X-Amz-Signature") out.signature = value;
    if (name == "X-Amz-Security-Token") out.token = value;
    if (name == "X-Amz-SignedHeaders") out.signed_headers = split(value, ';');
    if (name == "X-Amz-Expires") {
      std::int64_t seconds = 0;
      std::from_chars(value.data(), value.data() + value.size(), seconds);
      if (seconds < 1 || seconds > 604800) return incomplete("X-Amz-Expires must be between 1 and 604800 seconds");
      out.expires = seconds * 1000;
    }
  }
  if (algorithm != kAlgorithm || out.scope.empty() || out.time.empty() || out.signature.empty() ||
      out.signed_headers.empty() || out.expires == 0) {
    return incomplete(
        "a signed query requires X-Amz-Algorithm, X-Amz-Credential, X-Amz-Date, X-Amz-Expires, "
        "X-Amz-SignedHeaders and "
        "X-Amz-Signature");
  }
  return std::nullopt;
}

std::shared_ptr<const HmacKey> Verifier::signing_key(const Signature& signature, const std::string& secret) const {
  std::string name;
  name.append(signature.access_key).append("/").append(signature.date).append("/").append(signature.region);
  {
    std::lock_guard lock(mutex_);
    auto found = keys_.find(name);
    if (found != keys_.end()) return found->second;
  }
  Digest key = HmacKey("AWS4" + secret).sign(signature.date);
  for (std::string_view part : {signature.region, kService, kTerm}) key = HmacKey(view_of(key)).sign(part);
  auto result = std::make_shared<const HmacKey>(view_of(key));
  std::lock_guard lock(mutex_);
  if (keys_.size() >= kMaxKeys) keys_.clear();
  keys_.emplace(std::move(name), result);
  return result;
}

std::optional<ServiceError> Verifier::verify(const Request& request, Millis now, std::string& access_key) const {
  Signature signature;
  std::string_view authorization = request.header("authorization");
  std::optional<ServiceError> error;
  if (!authorization.empty()) {
    error = from_header(request, authorization, signature);
  } else if (request.query().find("X-Amz-Signature=") != std::string_view::npos) {
    error = from_query(request, signature);
  } else {
    return ServiceError{ErrorType::missing_token, "Missing Authentication Token"};
  }
  if (error) return error;

  std::vector<std::string_view> scope = split(signature.scope, '/');
  if (scope.size() != 5 || scope[4] != kTerm) {
    return incomplete("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term");
  }
  signature.access_key = scope[0];
  signature.date = scope[1];
  signature.region = scope[2];
  access_key = signature.access_key;
  if (scope[3] != kService) {
    return ServiceError{ErrorType::invalid_signature,
                        fmt::format("Credential should be scoped to correct service: '{}'.", kService)};
  }
  auto known = credentials_.find(access_key);
  if (known == credentials_.end() ||
      (!known->second.session_token.empty() && !equal_in_constant_time(known->second.session_token, signature.token))) {
    return ServiceError{ErrorType::unrecognized_client, "The security token included in the request is invalid."};
  }

  std::optional<Millis> time = parse_amz_date(signature.time);
  if (!time || signature.time.substr(0, 8) != signature.date) {
    return incomplete(
        fmt::format("Date must be in ISO-8601 'basic format' and on the day of the credential's scope. Got '{}'.",
                    signature.time.substr(0, 32)));
  }
  // A presigned request says itself how long it is good, to the second.
  if (signature.expires != 0 && now > *time + signature.expires) {
    return ServiceError{ErrorType::invalid_signature, fmt::format("Signature expired: {} is more than {} seconds ago.",
                                                                  signature.time, signature.expires / 1000)};
  }
  if (signature.expires == 0 && now > *time + kSkew) {
    return ServiceError{ErrorType::invalid_signature, fmt::format("Signature expired: {} is more than {} minutes ago.",
                                                                  signature.time, kSkew / 60000)};
  }
  if (*time > now + kSkew) {
    return ServiceError{
        ErrorType::invalid_signature,
        fmt::format("Signature not yet current: {} is more than {} minutes from now.", signature.time, kSkew / 60000)};
  }

  // A header that the service acts on must be covered, or an attacker on the way could change it.
  auto is_signed = [&](std::string_view name) {
    return std::any_of(signature.signed_headers.begin(), signature.signed_headers.end(),
                       [&](std::string_view header) { return same_header(header, name); });
  };
  if (!is_signed("host")) return incomplete("'Host' must be a signed header");
  for (const Header& header : request.headers) {
    if (same_header(header.name.substr(0, kOwn.size()), kOwn) && !is_signed(header.name)) {
      return incomplete(fmt::format("'{}' must be a signed header, since it is sent", base::lowercase(header.name)));
    }
  }

  HexDigest body_hash = hex(sha256(request.body));
  std::string_view declared = request.header("x-amz-content-sha256");
  if (!declared.empty() && !equal_in_constant_time(declared, view_of(body_hash))) {
    return ServiceError{ErrorType::invalid_signature,
                        "The provided 'x-amz-content-sha256' header does not match what was computed."};
  }

  std::string text;
  text.reserve(1024);
  append_canonical(text, request, signature.signed_headers);
  text += view_of(body_hash);
  HexDigest canonical_hash = hex(sha256(text));
  text.assign(kAlgorithm).append("\n").append(signature.time).append("\n");
  text.append(signature.scope.substr(signature.access_key.size() + 1)).append("\n").append(view_of(canonical_hash));
  HexDigest expected = hex(signing_key(signature, known->second.secret)->sign(text));
  if (!equal_in_constant_time(view_of(expected), signature.signature)) {
    return ServiceError{ErrorType::invalid_signature,
                        "The request signature we calculated does not match the signature you provided. Check your "
                        "AWS Secret "
                        "Access Key and signing method."};
  }
  return std::nullopt;
}

std::optional<Credentials> parse_credentials(std::string_view text, std::string& why) {
  Credentials result;
  std::string key;
  Credential current;
  auto finish = [&] {
    if (!key.empty() && !current.secret.empty()) result.emplace(key, current);
    key.clear();
    current = {};
  };
  for (std::string_view line : split(text, '\n')) {
    line = trim(line);
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '[') {
      finish();
      continue;
    }
    std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    std::string name = base::lowercase(trim(line.substr(0, equals)));
    std::string value(trim(line.substr(equals + 1)));
    if (name == "aws_access_key_id") key = value;
    if (name == "aws_secret_access_key") current.secret = value;
    if (name == "aws_session_token") current.session_token = value;
  }
  finish();
  if (result.empty()) {
    why = "no profile with aws_access_key_id and aws_secret_access_key";
    return std::nullopt;
  }
  return result;
}

std::optional<Credentials> load_credentials(const std::string& file, std::string& why) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    why = "cannot be read";
    return std::nullopt;
  }
  std::stringstream text;
  text << in.rdbuf();
  return parse_credentials(text.str(), why);
}

}  // namespace pipexpr::service
