# Sourced by the scripts that train from scratch: the small spectrum encoders that they begin with, by name.

check_encoder() {  # SCRIPT NAME
  [[ "$2" =~ ^(fourier|transformer)$ ]] || die "$1: --encoder needs fourier or transformer"
}

# fourier: Deep Sets with Fourier features of m/z. All wavelengths down to 0.0002 Da would learn single spectra by heart
# and cost most of the time. transformer: a small DreaMS network.
untrained_encoder() {  # NAME SEED DIR
  local export=$SPECBRIDGE_ROOT/tools/export
  case "$1" in
    fourier) "$SPECBRIDGE_PYTHON" "$export/export_baselines.py" --kind deepsets-fourier --frequencies 256 \
      --shortest-wavelength 0.02 --seed "$2" -o "$3" ;;
    transformer) "$SPECBRIDGE_PYTHON" "$export/export_dreams.py" --random-init --preset small --seed "$2" -o "$3" ;;
  esac
}
