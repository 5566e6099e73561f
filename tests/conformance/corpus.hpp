// SPDX-License-Identifier: MIT
// The files of scenarios, and the cases in them.
#pragma once

#include "scenario.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace conformance {

enum class case_kind { loop, daily, cron_next, cron_invalid, cron_dialect, compose, schedule_text };

struct raw_case {
    case_kind kind;
    std::string file;
    std::string id; ///< or its position in the file, if it has none
    json source;
};

struct corpus {
    std::vector<raw_case> cases;
    std::vector<std::string> errors; ///< files that cannot be read or are not in the format
};

/// Reads the cases of these files, and of all loop-*.json, cron-*.json, daily-next-fire.json,
/// compose-next.json and parse-schedule.json in these folders and their subfolders.
corpus read_corpus(std::vector<std::filesystem::path> const& paths);

} // namespace conformance
