#pragma once
#include <initializer_list>
#include <string>
#include <string_view>

#include "app/option_checker.hpp"

// The files that options name, looked at together: what is read must not be what is written.

namespace telltale::app {

/// The report file: empty, or `-` on the line, is standard output.
void read_output(Checker& check, std::string& out);

/// A file to write that cannot be standard output, where the report goes.
void read_written(Checker& check, std::string_view name, std::string& out);

/// Complains if a file of the options in `writes` is one of those in `reads`, or of another in `writes`, and if
/// standard input is named twice. Folders are not looked into; devices and pipes are no files in this sense.
/// `write-baseline` may replace the file of `baseline-findings`. Cost: some stat calls a pair.
void refuse_clashes(Checker& check, std::initializer_list<std::string_view> reads,
                    std::initializer_list<std::string_view> writes);

/// Complains about an option that stands on the command line and does nothing there. Variables may be there for
/// another command, so they are left alone.
void refuse_idle(Checker& check, std::string_view name, std::string_view why);

}  // namespace telltale::app
