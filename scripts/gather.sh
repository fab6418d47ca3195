# Sourced by bundle.sh and package.sh, behind env.sh: a folder with programs and all that they need, but LibTorch, glibc
# and libstdc++.

# What the other machine has: LibTorch, and the C and C++ runtimes, which must be those that LibTorch finds there.
_not_gathered='libtorch|libc10|libcudart|libcupti|libc\.so|libm\.so|libdl\.so|librt\.so|libpthread'
_not_gathered+='|libutil|libresolv|ld-linux|linux-vdso|libstdc\+\+|libgcc_s'

# notice_of FILE FOLDER: copies the notice of the Debian package that a library is from.
notice_of() {
  local real package
  real=$(readlink -f "$1")
  package=$(dpkg-query -S "$real" "${real#/usr}" 2>/dev/null | head -n 1 | cut -d: -f1) || true
  if [ -n "$package" ] && [ -e "/usr/share/doc/$package/copyright" ]; then
    cp -Ln "/usr/share/doc/$package/copyright" "$2/$package"
  fi
}

# libraries_of FILE: "name path" of every library that is gathered. OpenMP is the system's: that of LibTorch has its
# name in some builds of LibTorch only.
libraries_of() {
  ldd "$1" | awk '$3 ~ /^\// { print $1, $3 }' | grep -Ev "$_not_gathered" | while read -r name path; do
    [ "$name" != libgomp.so.1 ] || path=$(g++ -print-file-name=libgomp.so.1)
    echo "$name $path"
  done
}

# gather_programs FOLDER PROGRAM...: makes FOLDER/bin/PROGRAM.bin, FOLDER/lib and FOLDER/share, the latter with the
# model, something to try it with, manual page, completions and licences. Run in the root of the checkout.
gather_programs() {
  local to=$1 program name path
  shift
  mkdir -p "$to/bin" "$to/lib" "$to"/share/specbridge/data "$to/share/doc/specbridge/third-party"
  cp -r data/massbank-model data/massbank-model.md "$to/share/specbridge/"
  cp data/LICENSE "$to/share/specbridge/massbank-model.LICENSE"
  cp data/{query.mgf,molecules.smi.gz,LICENSE,README.md} "$to/share/specbridge/data/"
  cp LICENSE README.md CITATION.cff "$to/share/doc/specbridge/"
  for program in "$@"; do
    cp "build/release/bin/$program" "$to/bin/$program.bin"
    libraries_of "build/release/bin/$program" | while read -r name path; do
      cp -Ln "$path" "$to/lib/$name"
      notice_of "$path" "$to/share/doc/specbridge/third-party"
    done
    strip --strip-unneeded "$to/bin/$program.bin"
    patchelf --set-rpath '$ORIGIN/../lib' "$to/bin/$program.bin"
  done
  for path in "$to"/lib/*; do
    chmod u+w "$path"
    patchelf --set-rpath '$ORIGIN' "$path"
  done
  gather_manual "$to/share"
}

# gather_manual SHARE: manual page and completions, as the program writes them.
gather_manual() {
  local what=
  for what in man=man/man1/specbridge.1 bash=bash-completion/completions/specbridge \
    zsh=zsh/site-functions/_specbridge fish=fish/vendor_completions.d/specbridge.fish; do
    mkdir -p "$(dirname "$1/${what#*=}")"
    build/release/bin/specbridge generate "${what%%=*}" > "$1/${what#*=}"
  done
}
