#pragma once
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"

namespace telltale::inspect {

/// What is wrong with a pack: the first complaint, "/rules/3/match: ..." or "rule-id: /match: ...". Later ones are
/// consequences more often than news.
struct RuleComplaint {
  std::optional<std::string> text;
  std::string rule;  ///< id of the rule being read, for the message
};

/// A value of a rule pack, with its pointer. Reading what is missing or has another type leaves a complaint and
/// returns an empty value, so that a reader can be written without a test after every line.
/// Nodes live as long as the RuleDocument they came from.
class RuleNode {
 public:
  RuleNode(const void* json, std::string pointer, RuleComplaint* complaint)
      : json_(json), pointer_(std::move(pointer)), complaint_(complaint) {}

  [[nodiscard]] bool has(std::string_view key) const;
  [[nodiscard]] bool is_object() const;
  [[nodiscard]] bool is_text() const;
  [[nodiscard]] bool is_list() const;

  /// Complains of every member whose name is not listed: a misspelt key must not be a silent no-op.
  void allow_only(std::initializer_list<std::string_view> keys) const;

  [[nodiscard]] RuleNode at(std::string_view key) const;
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string text(std::string_view key) const;                                ///< required
  [[nodiscard]] std::string text_or(std::string_view key, std::string_view fallback) const;  ///< optional
  [[nodiscard]] double number_or(std::string_view key, double fallback) const;
  [[nodiscard]] bool flag_or(std::string_view key, bool fallback) const;
  [[nodiscard]] std::vector<std::string> texts(
      std::string_view key) const;  ///< optional; one text counts as a list of one
  [[nodiscard]] std::vector<RuleNode> items(std::string_view key) const;  ///< optional
  [[nodiscard]] std::vector<RuleNode> items() const;
  [[nodiscard]] std::vector<std::pair<std::string, RuleNode>> members() const;
  [[nodiscard]] std::string dump() const;  ///< compact JSON

  void complain(std::string_view what) const;
  [[nodiscard]] RuleComplaint& complaint() const { return *complaint_; }

 private:
  const void* json_;  ///< a nlohmann::json; null for a missing value
  std::string pointer_;
  RuleComplaint* complaint_;
};

/// A parsed pack: JSON with comments.
class RuleDocument {
 public:
  [[nodiscard]] static Result<RuleDocument> parse(std::string_view text);
  [[nodiscard]] RuleNode root(RuleComplaint& complaint) const { return {json_.get(), "", &complaint}; }

 private:
  std::shared_ptr<const void> json_;
};

}  // namespace telltale::inspect
