#include "core/secret.hpp"

#include <fmt/format.h>

#include <sstream>
#include <type_traits>
#include <utility>

#include "support/catch.hpp"

using namespace telltale;

namespace {

template <class T, class = void>
struct is_streamable : std::false_type {};
template <class T>
struct is_streamable<T, std::void_t<decltype(std::declval<std::ostream&>() << std::declval<const T&>())>>
    : std::true_type {};

}  // namespace

TEST_CASE("a secret cannot be printed, copied or turned into text by accident", "[core][secret]") {
  CHECK_FALSE(is_streamable<Secret>::value);
  CHECK_FALSE(fmt::is_formattable<Secret>::value);
  CHECK_FALSE(std::is_copy_constructible_v<Secret>);
  CHECK_FALSE(std::is_copy_assignable_v<Secret>);
  CHECK_FALSE(std::is_convertible_v<Secret, std::string>);
  CHECK_FALSE(std::is_convertible_v<Secret, std::string_view>);
  CHECK_FALSE(std::is_convertible_v<std::string, Secret>);
  CHECK(is_streamable<std::string>::value);
}

TEST_CASE("a secret moves, and leaves nothing where it was", "[core][secret]") {
  for (const std::string& text : {std::string("short"), std::string(100, 'k')}) {
    Secret first(text);
    Secret second(std::move(first));
    CHECK(second.reveal() == text);
    CHECK(first.empty());  // NOLINT: what is left behind is the point
    Secret third(std::string("old"));
    third = std::move(second);
    CHECK(third.reveal() == text);
    CHECK(second.empty());  // NOLINT
  }
}

TEST_CASE("a secret survives being assigned to itself", "[core][secret]") {
  Secret secret(std::string("key"));
  Secret& same = secret;
  secret = std::move(same);
  CHECK(secret.reveal() == "key");
  CHECK(Secret().empty());
}

TEST_CASE("a short secret is wiped in its place when it is moved away", "[core][secret]") {
  // Short text lives inside the object, where the old bytes can be looked at without touching freed memory.
  Secret first(std::string("0123456789"));
  const Secret second(std::move(first));
  const auto* bytes = reinterpret_cast<const unsigned char*>(&first);
  const std::string left(bytes, bytes + sizeof first);
  CHECK(left.find("0123") == std::string::npos);
  CHECK(left.find("6789") == std::string::npos);
}
