// Names of credentials, as AI clients, their vendors and OAuth (RFC 6749, 7636, 8628) use them. Names differ by product
// (`OPENAI_API_KEY`, `stripeSecretKey`), so most are known by how they end. Covered by tests/unit/record/mask_test.cpp.
#include "record/credential_names.hpp"

#include <algorithm>
#include <iterator>
#include <string>

#include "core/ascii.hpp"

namespace telltale::record {
namespace {

constexpr std::string_view field_names[] = {"authorization",
                                            "proxy-authorization",
                                            "apikey",
                                            "cookie",
                                            "cookie2",
                                            "set-cookie",
                                            "set-cookie2",
                                            "x-xai-token-auth",
                                            "ocp-apim-subscription-key",
                                            "x-functions-key",
                                            "x-rapidapi-key",
                                            "x-goog-iam-authorization-token",
                                            "x-amzn-oidc-data",
                                            "x-amzn-oidc-accesstoken",
                                            "authentication-info",
                                            "authentication",
                                            "x-auth",
                                            "dpop",
                                            "sec-websocket-protocol"};  // browsers put API keys there
constexpr std::string_view field_endings[] = {"-token",      "api-key",      "-apikey",        "-secret",
                                              "-password",   "-passwd",      "-jwt",           "-auth-key",
                                              "-access-key", "-session-key", "-authorization", "-authenticate-jwt",
                                              "-credential", "-credentials", "-cookie",        "-private-key"};

// In lower case without '_' and '-'.
constexpr std::string_view member_names[] = {"clientassertion", "codeverifier", "devicecode", "pwd", "subjecttoken"};
constexpr std::string_view member_endings[] = {
    "accesskey",     "accesstoken", "accountkey",   "apikey",           "apitoken",       "authkey",
    "authorization", "authtoken",   "bearertoken",  "connectionstring", "cookie",         "csrftoken",
    "encryptionkey", "githubtoken", "idtoken",      "masterkey",        "oauthtoken",     "passphrase",
    "passwd",        "password",    "privatekey",   "refreshtoken",     "secret",         "secretkey",
    "securitytoken", "sessionkey",  "sessiontoken", "signingkey",       "subscriptionkey"};
// `token` is also a piece of text in an answer, `credentials` a flag of fetch().
constexpr std::string_view doubtful_endings[] = {"auth", "bearer", "credential", "credentials", "jwt", "pass", "token"};

constexpr std::string_view parameter_names[] = {"auth",
                                                "awsaccesskeyid",
                                                "code",
                                                "googleaccessid",
                                                "jwt",
                                                "key",
                                                "sas",
                                                "sig",
                                                "signature",
                                                "token",
                                                "xamzcredential",
                                                "xamzsecuritytoken",
                                                "xamzsignature",
                                                "xgoogcredential",
                                                "xgoogsignature"};
constexpr std::string_view form_names[] = {"assertion", "code", "key", "token"};

constexpr std::size_t longest_name = 64;

template <std::size_t N>
bool is_one_of(std::string_view name, const std::string_view (&names)[N]) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

template <std::size_t N>
bool ends_like(std::string_view name, const std::string_view (&endings)[N]) {
  return std::any_of(std::begin(endings), std::end(endings),
                     [name](std::string_view ending) { return name.ends_with(ending); });
}

std::string folded(std::string_view name) {
  std::string out;
  for (const char c : name)
    if (c != '_' && c != '-') out.push_back(ascii::to_lower(c));
  return out;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool coded = text[at] == '%' && at + 2 < text.size() && ascii::hex_value(text[at + 1]) >= 0 &&
                       ascii::hex_value(text[at + 2]) >= 0;
    out.push_back(coded ? static_cast<char>(ascii::hex_value(text[at + 1]) * 16 + ascii::hex_value(text[at + 2]))
                        : text[at]);
    if (coded) at += 2;
  }
  return out;
}

Named named(std::string_view folded_name) {
  if (is_one_of(folded_name, member_names) || ends_like(folded_name, member_endings)) return Named::yes;
  return ends_like(folded_name, doubtful_endings) ? Named::maybe : Named::no;
}

}  // namespace

bool is_credential_field(std::string_view name) {
  const std::string lower = ascii::lower(name);
  return is_one_of(lower, field_names) || ends_like(lower, field_endings);
}

Named member_named(std::string_view name) {
  if (name.size() < 3 || name.size() > longest_name) return Named::no;
  return named(folded(name));
}

Named parameter_named(std::string_view name) {
  if (name.size() > 3 * longest_name) return Named::no;
  const std::string plain = folded(percent_decoded(name));
  return is_one_of(plain, parameter_names) ? Named::yes : named(plain);
}

Named form_field_named(std::string_view name) {
  if (name.size() > 3 * longest_name) return Named::no;
  const std::string plain = folded(percent_decoded(name));
  return is_one_of(plain, form_names) ? Named::yes : named(plain);
}

bool looks_secret(std::string_view value) {
  constexpr std::size_t least = 16;
  if (value.size() < least) return false;
  const auto is_plain = [](char c) { return c > ' ' && c < '\x7f'; };
  return std::all_of(value.begin(), value.end(), is_plain) &&
         std::any_of(value.begin(), value.end(), ascii::is_digit) &&
         std::any_of(value.begin(), value.end(), ascii::is_alpha);
}

}  // namespace telltale::record
