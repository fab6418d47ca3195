# Writes OUTPUT, a C++ file with a function specbridge::NAME() that returns the bytes of INPUT.
# usage: cmake -DINPUT=... -DOUTPUT=... -DNAME=... -DHEADER=... -P EmbedFile.cmake
file(READ "${INPUT}" hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
string(REPEAT "." 80 sixteen)  # as characters: "0x3c," and so on
string(REGEX REPLACE "(${sixteen})" "\\1\n" bytes "${bytes}")
file(WRITE "${OUTPUT}" "#include \"${HEADER}\"

namespace specbridge {
namespace {

constexpr unsigned char kBytes[] = {
${bytes}};

}  // namespace

std::string_view ${NAME}() {
  return {reinterpret_cast<const char*>(kBytes), sizeof kBytes};
}

}  // namespace specbridge
")
