// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/group/detail/instant_words.hpp>
#include <tasks/group/loop_history.hpp>

#include <string>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Writes the records of a loop as clauses for people. It sees the other records of the loop, which are what
/// the causes are found in.
class record_words {
public:
    record_words(loop_history const& h, instant_words const& at)
        : h_{h}
        , at_{at}
    {
    }

    /// "02:30 ran: it started on time and succeeded after 12s"
    [[nodiscard]] std::string iteration(iteration_record const& r) const;
    /// "02:30 got no iteration: missed (busy); the one of 02:20 ran until 02:41"
    [[nodiscard]] std::string slots(slots_record const& s) const;
    /// "(failed: no such table)"
    [[nodiscard]] static std::string reason(run_record const& run);

private:
    [[nodiscard]] std::string start(iteration_record const& r) const;
    [[nodiscard]] std::string end(iteration_record const& r) const;
    [[nodiscard]] std::string given_up(iteration_record const& r) const;
    [[nodiscard]] std::string in_flight(iteration_record const& r) const;
    [[nodiscard]] std::string name(iteration_record const& r) const;
    [[nodiscard]] std::string subject(slots_record const& s) const;
    [[nodiscard]] std::string miss(slots_record const& s) const;
    [[nodiscard]] std::string successor(slots_record const& s) const;
    [[nodiscard]] std::string obstacle(slots_record const& s) const;
    [[nodiscard]] bool was_in_flight(iteration_record const& r, time_point t) const;
    [[nodiscard]] std::string end_of_run_around(time_point t) const;

    loop_history const& h_;
    instant_words const& at_;
};

} // namespace detail
TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/group/detail/record_words.ipp>
#endif
