// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/group/group.hpp>

#include <string>
#include <string_view>

/// The answer to a request: a status of HTTP, and a text for a person.
struct answer {
    int status;
    std::string text;
};

/// Does to a loop what the verb says: `trigger pause resume stop start restart cancel`. 204; 404 if there is
/// no such loop or verb; 409 with the reason if the loop is in no state for it.
[[nodiscard]] answer control(tasks::group& jobs, std::string_view name, std::string_view verb);

/// Does to all loops what the verb says: `pause resume`. 204, or 404 if there is no such verb.
[[nodiscard]] answer control_all(tasks::group& jobs, std::string_view verb);
