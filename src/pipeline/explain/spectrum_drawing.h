#pragma once

#include <string>

#include "pipeline/explain/explained_answer.h"

namespace specbridge {

/// A picture of an explained answer as the text of an SVG file: the spectrum with its explained
/// peaks in colour and labelled as far as there is room, those that contribute most first; below
/// it, for each of the three peaks that contribute most, the structure with the atoms of its
/// fragment marked.
std::string draw_explanation(const ExplainedAnswer& answer);

}  // namespace specbridge
