#include "core/error.hpp"

#include <set>

#include "core/result.hpp"
#include "support/catch.hpp"

using namespace telltale;

namespace {

const Errc all[] = {
#define TT_ROW(id, name, fault, status) Errc::id,
    TT_ERRORS(TT_ROW)
#undef TT_ROW
};

}  // namespace

TEST_CASE("every error has its own name, in lower case with hyphens", "[core][error]") {
  std::set<std::string_view> names;
  for (const Errc code : all) {
    const std::string_view name = name_of(code);
    INFO(name);
    CHECK_FALSE(name.empty());
    CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string_view::npos);
    CHECK(names.insert(name).second);
  }
  CHECK(names.size() == std::size(all));
}

TEST_CASE("the table's rows belong to their enumerators", "[core][error]") {
  CHECK(name_of(Errc::head_too_long) == "head-too-long");
  CHECK(status_of(Errc::head_too_long) == 431);
  CHECK(fault_of(Errc::head_too_long) == Fault::client);
  CHECK(name_of(Errc::upstream_certificate_expired) == "upstream-certificate-expired");
  CHECK(status_of(Errc::upstream_certificate_expired) == 502);
  CHECK(fault_of(Errc::upstream_certificate_expired) == Fault::upstream);
  CHECK(name_of(Errc::internal) == "internal");
  CHECK(status_of(Errc::internal) == 500);
  CHECK(fault_of(Errc::internal) == Fault::ours);
}

TEST_CASE("the status of an error fits its fault", "[core][error]") {
  for (const Errc code : all) {
    const unsigned status = status_of(code);
    INFO(name_of(code) << " " << status);
    switch (fault_of(code)) {
      case Fault::client:
        CHECK((status == 0 || (status >= 400 && status < 600)));
        break;
      case Fault::upstream:
        CHECK((status == 502 || status == 504));
        break;
      case Fault::ours:
        CHECK((status == 500 || status == 503));
        break;
      case Fault::configuration:
        CHECK((status == 0 || status == 502));
        break;
      case Fault::input:
        CHECK(status == 0);
        break;
    }
  }
}

TEST_CASE("TT_TRY hands a value on and an error back", "[core][error]") {
  const auto half = [](int n) -> Result<int> {
    if (n % 2 != 0) return fail(Errc::option_invalid, 7, "odd");
    return n / 2;
  };
  const auto quarter = [&half](int n) -> Result<int> {
    TT_TRY(const int once, half(n));
    TT_TRY(const int twice, half(once));
    return twice;
  };
  CHECK(quarter(8).value_or(-1) == 2);
  for (const int n : {7, 6}) {
    const auto failed = quarter(n);
    REQUIRE_FALSE(failed);
    CHECK(failed.error().code == Errc::option_invalid);
    CHECK(failed.error().at == 7);
    CHECK(failed.error().detail == "odd");
  }
}
