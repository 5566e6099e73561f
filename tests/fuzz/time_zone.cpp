// SPDX-License-Identifier: MIT
// Feeds time_zone::named: offsets, names of the database, and other text. Checks all changes of the zones
// found.
#include "support/check.hpp"

#include <tasks/time/time_zone.hpp>

#include <chrono>
#include <string_view>

using namespace std::chrono_literals;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    auto const text = fuzz::text(data, size);
    auto const zone = fuzz::parsed(tasks::time_zone::named, text);
    if (!zone)
        return 0;

    auto const& name = zone->name();
    bool const has_one_form = text == "Z" || text.starts_with('+') || text.starts_with('-');
    fuzz::require(has_one_form || name == text, "a zone of the database keeps its name", text);
    fuzz::require(to_string(*zone) == name, "a zone is printed as its name", text);
    auto const again = tasks::time_zone::named(name);
    fuzz::require(again == *zone && again.name() == name, "the name of a zone is read back", text);

    auto span = zone->at(tasks::time_point::min());
    fuzz::require(span.from == tasks::time_point::min(), "the first stretch has no beginning", text);
    int changes = 0;
    for (;; ++changes) {
        fuzz::require(changes < 2000, "a zone has some hundred changes", text);
        fuzz::require(span.from < span.until, "a stretch ends after it begins", text);
        fuzz::require(span.offset > -26h && span.offset < 26h, "no offset is of 26 hours", text);
        if (span.until == tasks::time_point::max())
            break;
        auto const next = zone->at(span.until);
        fuzz::require(next.from == span.until, "a stretch begins where the one before it ends", text);
        fuzz::require(next.offset != span.offset, "at a change the offset changes", text);
        span = next;
    }
    if (has_one_form) {
        fuzz::require(changes == 0, "a fixed offset never changes", text);
        fuzz::require(tasks::time_zone::fixed(span.offset) == *zone, "a fixed offset is what it says", text);
    }
    return 0;
}
