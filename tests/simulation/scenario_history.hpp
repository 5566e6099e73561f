// SPDX-License-Identifier: MIT
// A scenario of the conformance files as a history.
#pragma once

#include "../conformance/scenario.hpp"
#include "history.hpp"

#include <map>
#include <stdexcept>
#include <string>

namespace simulation {

/// The scenario has something that histories cannot express.
struct not_expressible : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class scenario_translator {
public:
    explicit scenario_translator(conformance::scenario const& s);

    history loops() const;
    action operation(conformance::step const& s, std::size_t self) const;
    /// The class of the exception.
    std::string name(problem p) const;
    /// The wall clock at the start, since its midnight.
    milliseconds start() const { return start_; }

private:
    void name_types(std::vector<conformance::step> const& steps, bool listed);
    void name_type(std::string const& type, bool listed);
    problem type(std::string const& name) const;
    std::size_t index(std::string const& target, std::size_t self) const;
    timetable table(conformance::when const& given) const;
    script flat(std::vector<conformance::step> const& steps, std::size_t self) const;
    scripts all(conformance::script const& given, std::size_t self) const;
    loop_definition loop(conformance::loop_definition const& given, std::size_t self) const;

    conformance::scenario const* scenario_;
    milliseconds start_{0};
    std::map<std::string, problem> types_;
};

} // namespace simulation
