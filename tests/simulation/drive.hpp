// SPDX-License-Identifier: MIT
// Runs a history with the library: real loops, in virtual time.
#pragma once

#include "event.hpp"
#include "history.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace simulation {

class library_run;

/// Plays a history step by step.
class player {
public:
    explicit player(history const& h);
    ~player();
    player(player const&) = delete;
    player& operator=(player const&) = delete;

    /// Plays the next step, and everything that is ready then. Returns what an `act` returned.
    std::string play(step const& s);

    /// The events since the last call.
    std::vector<event> take_events();
    milliseconds elapsed() const;
    bool exists(std::size_t loop) const;
    answers ask(std::size_t loop) const;
    /// Whether the history produced far more events than any should.
    bool overflown() const;

    /// The violated invariant; empty if there is none.
    std::string violation() const;
    /// Destroys the loops. Returns the problem found by that.
    std::string tear_down();

private:
    std::unique_ptr<library_run> run_;
};

} // namespace simulation
