# Chart.js as Debian packages it: one minified file.
#   variable: ChartJs_FILE
find_file(ChartJs_FILE chart.min.js PATHS /usr/share/javascript/chart.js /usr/share/nodejs/chart.js/dist
          NO_DEFAULT_PATH)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(ChartJs REQUIRED_VARS ChartJs_FILE
  REASON_FAILURE_MESSAGE "run scripts/setup.sh (Debian: libjs-chart.js)")
mark_as_advanced(ChartJs_FILE)
