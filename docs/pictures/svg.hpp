// SPDX-License-Identifier: MIT
// Writes SVG: whole numbers only, so that the text is the same on every machine.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pictures {

struct point {
    int x;
    int y;
};

struct box {
    int x;
    int y;
    int width;
    int height;
};

/// Text for an element: `<` and `&` as SVG wants them.
[[nodiscard]] std::string escaped(std::string_view text);

/// The fonts of a picture, which its style sheet defines as classes of the same names.
enum class font { plain, code, small };
/// Where a text is, relative to its point.
enum class anchor { start, middle, end };

/// An upper bound for the width of a text in the fonts that browsers have.
[[nodiscard]] int width_of(std::string_view text, font f);

/// The elements of a picture. Texts must not overlap.
class svg {
public:
    /// @param classes  of CSS, besides that of the font
    /// @throws std::logic_error the text overlaps an earlier one
    void text(point at, anchor where, font f, std::string_view text, std::string_view classes = {});
    void rect(box b, std::string_view classes, int radius = 0);
    void line(point from, point to, std::string_view classes);
    /// @param data  the attribute `d`
    void path(std::string_view data, std::string_view classes);

    /// The whole document. Its width on the screen is in proportion to its own.
    /// @param title        what the picture shows, in a few words
    /// @param description  what there is to see, for those who do not
    /// @throws std::logic_error a text is not within the picture
    [[nodiscard]] std::string document(int width, int height, std::string_view title,
                                       std::string_view description) const;

private:
    struct placed {
        box where;
        std::string text;
    };

    std::string body_;
    std::vector<placed> texts_;
};

} // namespace pictures
