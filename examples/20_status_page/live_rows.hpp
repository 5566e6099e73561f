// SPDX-License-Identifier: MIT
#pragma once

#include "bar_entry.hpp"
#include "shared_snapshot.hpp"

#include <tasks/group/group.hpp>
#include <tasks/group/history.hpp>

#include <nlohmann/json.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The rows of the page, as a sequence of versions. A client gets all rows once, then for each new version
/// the rows that have changed, with the entries that their history has gained. The text of a version is made
/// once and shared. Nothing is done while nobody asks.
///
/// @par Thread safety
/// Safe for concurrent use.
class live_rows {
public:
    static constexpr std::size_t entries_shown = 50;

    struct version {
        std::uint64_t number = 0;
        std::shared_ptr<std::string const> text; ///< a JSON object without a line break

        /// The text without its first brace, which `head()` replaces.
        [[nodiscard]] std::string_view tail() const { return std::string_view{*text}.substr(1); }
        /// The beginning of the object, with the present time as `now`. It is not part of the text, which may
        /// be read long after it was made.
        [[nodiscard]] static std::string head();
    };

    /// @param server what the page is told about this process, with every text that has all rows
    live_rows(tasks::group jobs, tasks::history const& recent, shared_snapshot& snapshot,
              nlohmann::json server);

    /// All rows.
    [[nodiscard]] version all();

    /// The first version that a client with the version `seen` lacks: the changes, or all rows if it has none
    /// (0) or has missed one in between. Waits for `patience` at most, and then returns nothing; so it does
    /// after `end()`.
    [[nodiscard]] std::optional<version> after(std::uint64_t seen, std::chrono::milliseconds patience);

    /// Ends all waiting.
    void end();
    [[nodiscard]] bool ended() const;

private:
    struct row {
        tasks::loop_status status;
        std::vector<bar_entry> bar;
        nlohmann::json json;    ///< the status, without the bar
        bool settled = false;   ///< whether the history has been read since the status last changed
        std::uint64_t seen = 0; ///< the reading that had it last
    };
    using lock = std::unique_lock<std::mutex>;

    void refresh();
    [[nodiscard]] bool refresh(tasks::loop_status status, nlohmann::json& changed);
    [[nodiscard]] nlohmann::json described(tasks::loop_status const& status);
    [[nodiscard]] version all_rows();

    tasks::group jobs_;
    tasks::history const& recent_;
    shared_snapshot& snapshot_;
    nlohmann::json const server_;

    mutable std::mutex mutex_;
    std::condition_variable ended_or_new_;
    bool ended_ = false;
    std::shared_ptr<shared_snapshot::reading const> reading_;
    std::map<std::string, row, std::less<>> rows_;
    std::uint64_t readings_ = 0;
    std::uint64_t number_ = 0;
    std::shared_ptr<std::string const> changes_; ///< from the version before
    std::shared_ptr<std::string const> all_;     ///< of this version; made when somebody asks
};
