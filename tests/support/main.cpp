// The test runner's main, compiled once: in Catch2 v2 it is the slowest file of the suite.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
