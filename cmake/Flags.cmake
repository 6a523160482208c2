# Warnings, hardening and sanitizers, as one interface target that every room links.
add_library(telltale_flags INTERFACE)

target_compile_options(telltale_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # -fpch-preprocess lets ccache cache files that use a precompiled header.
  target_compile_options(telltale_flags INTERFACE -Wduplicated-cond -Wlogical-op -fpch-preprocess)
endif()
# At -O3, and under the thread sanitizer, GCC 12 sees overflows in std::string moves inside tl::expected that are not
# there; -Wall without optimisation (dev) and clang (fuzz) say nothing. Off only where they are false.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14
   AND (CMAKE_BUILD_TYPE STREQUAL "Release" OR TELLTALE_SANITIZE MATCHES "thread"))
  target_compile_options(telltale_flags INTERFACE -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread -Wno-restrict
    -Wno-maybe-uninitialized)
endif()
if(TELLTALE_WERROR)
  target_compile_options(telltale_flags INTERFACE -Werror)
endif()

# Position-independent, RELRO, stack protector, fortified libc calls (the last needs optimisation).
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported()
target_compile_options(telltale_flags INTERFACE -fstack-protector-strong)
include(CheckCXXCompilerFlag)
check_cxx_compiler_flag(-fstack-clash-protection TELLTALE_HAS_STACK_CLASH_PROTECTION)
check_cxx_compiler_flag(-fcf-protection=full TELLTALE_HAS_CF_PROTECTION)  # x86 alone
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT TELLTALE_SANITIZE)
  # Level 3 of fortification asks GCC 12 or clang 9 and glibc 2.34; where the library is older it counts as 2.
  target_compile_options(telltale_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
    $<$<BOOL:${TELLTALE_HAS_STACK_CLASH_PROTECTION}>:-fstack-clash-protection>
    $<$<BOOL:${TELLTALE_HAS_CF_PROTECTION}>:-fcf-protection=full>)
endif()
target_link_options(telltale_flags INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)

if(TELLTALE_SANITIZE)
  target_compile_options(telltale_flags INTERFACE "-fsanitize=${TELLTALE_SANITIZE}" -fno-sanitize-recover=all)
  target_link_options(telltale_flags INTERFACE "-fsanitize=${TELLTALE_SANITIZE}")
  # Asio recycles small blocks and coroutine frames; that hides use-after-free from the sanitizers.
  target_compile_definitions(telltale_flags INTERFACE
    BOOST_ASIO_DISABLE_SMALL_BLOCK_RECYCLING BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING)
  if(TELLTALE_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(telltale_flags INTERFACE -Wno-tsan)  # Asio's fences
  endif()
endif()

if(TELLTALE_FUZZ)
  target_compile_options(telltale_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
