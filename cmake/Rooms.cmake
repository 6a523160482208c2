# telltale_room(NAME SOURCES file... PUBLIC lib... PRIVATE lib...): one static library a room.
# A room may link only the rooms to its left in docs/how-it-works.md; scripts/check includes holds it to that.
function(telltale_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(telltale_${name} STATIC ${ROOM_SOURCES})
  target_include_directories(telltale_${name} PUBLIC "${CMAKE_SOURCE_DIR}/proxy" "${CMAKE_SOURCE_DIR}")
  target_link_libraries(telltale_${name} PUBLIC ${ROOM_PUBLIC} PRIVATE telltale_flags ${ROOM_PRIVATE})
  target_precompile_headers(telltale_${name} PRIVATE
    <algorithm> <array> <cstdint> <memory> <optional> <string> <string_view> <vector> <fmt/format.h>)
endfunction()
