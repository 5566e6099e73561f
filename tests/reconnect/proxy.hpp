// SPDX-License-Identifier: MIT
#pragma once

// Stands between client and server, and does to their connections what networks do.

#include "net.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace reconnect {

/// What happens to the connections there are, and to those that come.
enum class trouble {
    none,
    cut,        ///< closed
    reset,      ///< closed with a reset
    half_close, ///< nothing more comes from the server, but the client may go on to send
    stall,      ///< open, but no byte passes
    refuse      ///< closed, and nobody listens any more
};

inline constexpr trouble troubles[] = {trouble::cut, trouble::reset, trouble::half_close, trouble::stall,
                                       trouble::refuse};

[[nodiscard]] std::string_view to_string(trouble t);

class proxy {
public:
    proxy(asio::io_context& io, unsigned short server);
    proxy(proxy const&) = delete;
    proxy& operator=(proxy const&) = delete;

    [[nodiscard]] unsigned short port() const { return here_.port(); }
    void make(trouble t);
    /// Listens no more and closes everything; what waits here then ends.
    void close();

private:
    struct link;

    void listen();
    task<> accept();
    task<> serve(std::shared_ptr<link> l);
    task<> pump(std::shared_ptr<link> l, tcp::socket& from, tcp::socket& to);
    task<> until_it_flows();
    void strike(link& l) const;

    asio::any_io_executor executor_;
    tcp::acceptor acceptor_;
    tcp::endpoint here_;
    tcp::endpoint server_;
    trouble trouble_ = trouble::none;
    std::vector<std::weak_ptr<link>> links_;
};

} // namespace reconnect
