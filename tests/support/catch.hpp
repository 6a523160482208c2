#pragma once
// One include for both majors of Catch2: 2.13 on Debian 12, 3.x on Ubuntu 24.04.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
