// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/group/group.hpp>
#include <tasks/group/history.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

struct status_page_options {
    std::string title = "tasks";
    std::string version = {};
    /// The address to bind. Other machines should not reach it but through a reverse proxy, which asks for a
    /// password; this server does not.
    std::string host = "127.0.0.1";
    int port = 0; ///< 0: any free port
    /// Further values of the header `Host`, such as that of a reverse proxy: `status.example.org`.
    std::vector<std::string> names = {};
    /// Whether the page may trigger, pause, stop, … loops.
    bool allow_control = false;
    /// The text for `/metrics`; without it there is no such address.
    std::function<std::string()> metrics = {};
};

/// Serves the loops of a group to browsers, live, in threads of its own.
///
/// | address                       |                                                                    |
/// | ----------------------------- | ------------------------------------------------------------------ |
/// | `GET /`                       | the page                                                           |
/// | `GET /events`                 | the loops and their changes, as server-sent events                 |
/// | `GET /api/loops`              | the loops, as JSON                                                 |
/// | `GET /api/loops/NAME`         | the next slots of one, and its history                             |
/// | `GET /api/loops/NAME/explain` | `?at=MILLISECONDS&zone=ZONE`: what became of the slot at that time |
/// | `POST /api/loops/NAME/VERB`   | controls one: `trigger pause resume stop start restart cancel`     |
/// | `POST /api/all/VERB`          | controls all: `pause resume`                                       |
/// | `GET /healthz`                | 503 with their names if loops have failed or are overdue           |
/// | `GET /metrics`                | what the option `metrics` returns                                  |
///
/// A name is percent-encoded. A `POST` needs the header `X-Tasks: 1`; it is answered by 204, by 404 without
/// such a loop, and by 409 with the reason if the loop is in no state for it.
///
/// @par Thread safety
/// Safe for concurrent use, except for the destructor.
class status_page {
public:
    /// Serves until `stop()`.
    /// @param recent observes the loops of the group, and outlives the page
    /// @throws std::runtime_error the address cannot be bound
    status_page(tasks::group jobs, tasks::history const& recent, status_page_options o);
    status_page(status_page const&) = delete;
    status_page& operator=(status_page const&) = delete;
    ~status_page();

    [[nodiscard]] int port() const noexcept;
    /// For example, `http://127.0.0.1:8080/`.
    [[nodiscard]] std::string url() const;

    /// Ends all streams, and waits for the threads.
    void stop();

private:
    class server;
    std::unique_ptr<server> server_;
};
