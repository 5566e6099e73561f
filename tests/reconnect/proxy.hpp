// SPDX-License-Identifier: MIT
#pragma once

// Sits between client and server, and disturbs their connections as networks do.

#include "net.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace reconnect {

/// The treatment of existing and new connections.
enum class trouble {
    none,
    cut,        ///< closed
    reset,      ///< closed with a reset
    half_close, ///< the server sends nothing more, but the client may continue to send
    stall,      ///< open, but no byte passes
    refuse      ///< closed, and no longer listening
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
    /// Stops listening and closes everything; pending operations then end.
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
