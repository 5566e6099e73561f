// SPDX-License-Identifier: MIT
#include "svg.hpp"

#include "style.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>

namespace pictures {
namespace {

std::string number(int n)
{
    return std::to_string(n);
}

std::string class_of(std::string_view classes)
{
    return " class=\"" + std::string{classes} + "\"";
}

/// Whether a byte of UTF-8 begins a character.
bool begins_character(char c)
{
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

bool overlap(box const& a, box const& b)
{
    return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

} // namespace

std::string escaped(std::string_view text)
{
    std::string result;
    for (char const c : text) {
        if (c == '&')
            result += "&amp;";
        else if (c == '<')
            result += "&lt;";
        else
            result += c;
    }
    return result;
}

int width_of(std::string_view text, font f)
{
    auto const characters = static_cast<int>(std::ranges::count_if(text, begins_character));
    // in hundredths of a unit per character: DejaVu, which is wide, needs 60 % of its size
    auto const each = f == font::small ? 620 : f == font::plain ? 690 : 670;
    return (characters * each + 99) / 100;
}

void svg::text(point at, anchor where, font f, std::string_view text, std::string_view classes)
{
    auto const width = width_of(text, f);
    auto const left = where == anchor::start    ? at.x
                      : where == anchor::middle ? at.x - width / 2
                                                : at.x - width;
    box const area{.x = left, .y = at.y - ascent, .width = width, .height = ascent + descent};
    for (auto const& other : texts_)
        if (overlap(area, other.where))
            throw std::logic_error{"the texts '" + std::string{text} + "' and '" + other.text +
                                   "' overlap in the picture"};
    texts_.push_back({.where = area, .text = std::string{text}});

    auto const* const name = f == font::plain ? "plain" : f == font::code ? "code" : "small";
    body_ += "<text x=\"" + number(at.x) + "\" y=\"" + number(at.y) + "\"" +
             class_of(std::string{name} + (classes.empty() ? "" : " ") + std::string{classes});
    if (where != anchor::start)
        body_ += where == anchor::middle ? " text-anchor=\"middle\"" : " text-anchor=\"end\"";
    body_ += ">" + escaped(text) + "</text>\n";
}

void svg::rect(box b, std::string_view classes, int radius)
{
    body_ += "<rect x=\"" + number(b.x) + "\" y=\"" + number(b.y) + "\" width=\"" + number(b.width) +
             "\" height=\"" + number(b.height) + "\"";
    if (radius != 0)
        body_ += " rx=\"" + number(radius) + "\"";
    body_ += class_of(classes) + "/>\n";
}

void svg::line(point from, point to, std::string_view classes)
{
    path("M" + number(from.x) + " " + number(from.y) + "L" + number(to.x) + " " + number(to.y), classes);
}

void svg::path(std::string_view data, std::string_view classes)
{
    body_ += "<path d=\"" + std::string{data} + "\"" + class_of(classes) + "/>\n";
}

std::string svg::document(int width, int height, std::string_view title, std::string_view description) const
{
    for (auto const& [where, text] : texts_)
        if (where.x < 0 || where.y < 0 || where.x + where.width > width || where.y + where.height > height)
            throw std::logic_error{"the text '" + text + "' is not within the picture"};
    // enlarged by 3/10: on a phone it takes the width of the page, elsewhere the texts are as those around it
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + number(width) + " " + number(height) +
           "\" width=\"" + number(width * 13 / 10) + "\" height=\"" + number(height * 13 / 10) +
           "\" role=\"img\" aria-labelledby=\"title description\">\n<title id=\"title\">" + escaped(title) +
           "</title>\n<desc id=\"description\">" + escaped(description) + "</desc>\n" +
           std::string{style_sheet} + "<rect width=\"100%\" height=\"100%\" rx=\"6\" class=\"plate\"/>\n" +
           body_ + "</svg>\n";
}

} // namespace pictures
