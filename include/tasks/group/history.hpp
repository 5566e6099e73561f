// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/mutex.hpp>
#include <tasks/group/detail/ring.hpp>
#include <tasks/group/loop_history.hpp>
#include <tasks/run/events.hpp>
#include <tasks/run/iteration.hpp>
#include <tasks/time/time_point.hpp>
#include <tasks/time/time_zone.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

TASKS_BEGIN_NAMESPACE

/// An observer that remembers what became of the last slots of each loop, and can explain it.
///
/// @code
/// tasks::history recent{50};
/// poll.observe(recent);
/// clean.observe(recent);
/// fmt::print("{}\n", recent.explain("poll", half_past_two));
/// // 02:30 got no iteration: missed (busy); the one of 02:20 ran until 02:41.
/// @endcode
///
/// It tells loops apart by their names, so each should have one of its own: what loops of the same name do is
/// mixed, and so is what loops without a name do. Of each name it keeps the last `keep` iterations, the last
/// `keep` decisions about slots without an iteration, and the last `keep` runs; in all 1 kB or less for each,
/// and the texts of errors. A name is never forgotten, so names must not be made up without end. Texts are
/// kept instead of exceptions, because the code of an exception may be unloaded.
///
/// An iteration allocates nothing once there are `keep` of its loop, unless an error has a longer text than
/// those before it.
///
/// A loop that is destroyed tells nobody, so that an iteration that it had in flight stays as it was until a
/// loop of the same name runs.
///
/// @par Thread safety
/// Safe, the members that loops call included: one history may observe any number of loops on any number of
/// threads. It must outlive them.
class history {
public:
    /// @param keep how many iterations, decisions and runs of each loop to remember
    /// @param zone the zone in which `explain` writes instants
    /// @throws bad_option `keep` is below 1
    explicit history(std::int64_t keep, time_zone const& zone = time_zone::utc());
    history(history const&) = delete;
    history& operator=(history const&) = delete;
    ~history() = default;

    /// The names of the loops that have run, in order.
    [[nodiscard]] std::vector<std::string> names() const;
    /// Copies what is remembered of a loop; nothing if none of this name has run. O(`keep`).
    [[nodiscard]] loop_history of(std::string_view name) const;
    /// The iteration of a loop that began last; nothing if there is none.
    [[nodiscard]] std::optional<iteration_record> last(std::string_view name) const;

    /// Says in one sentence what became of the slot at or before `t`, and why: of a slot that ran, how late,
    /// for how long and how it ended; of one that did not, the cause, and which iteration was in the way. If
    /// no run was in progress at `t`, it says so instead. A request counts as a slot.
    ///
    /// The sentence is for people; its form may change. Instants have a date if it is not that of `t`, and
    /// seconds if they are not 0.
    /// @throws std::bad_alloc, or an exception of the zone's database
    [[nodiscard]] std::string explain(std::string_view name, time_point t) const;
    /// The same, with instants in another zone.
    [[nodiscard]] std::string explain(std::string_view name, time_point t, time_zone const& zone) const;

    // For loops to call.
    void on_run_started(run_started const& e);
    void on_slot(slot_decided const& e);
    void on_attempt_begun(attempt_begun const& e);
    void on_attempt_ended(attempt_ended const& e);
    void on_retry(retry_scheduled const& e);
    void on_run_ended(run_ended const& e);

private:
    /// The records of one name.
    struct records {
        explicit records(std::size_t keep) noexcept;

        void forget(time_point t) noexcept;
        void abandon() noexcept;
        [[nodiscard]] iteration_record* find(iteration const& it) noexcept;

        detail::ring<iteration_record> iterations;
        detail::ring<slots_record> slots;
        detail::ring<run_record> runs;
        std::optional<time_point> forgotten;
    };

    [[nodiscard]] records* find(std::string_view name);

    std::size_t const keep_;
    time_zone const zone_;
    mutable detail::mutex mutex_;
    std::map<std::string, records, std::less<>> loops_;
};

TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/group/detail/history.ipp>
#endif
