# Run in the folder of the package. With the package arrow, read_parquet() needs no undoing.
read_tidy <- function(name, folder = "derivatives/tidy") {
  table <- read.csv(file.path(folder, paste0(name, ".csv")), na.strings = "", encoding = "UTF-8")
  # An apostrophe was put in front of texts that a spreadsheet would take for a formula.
  table[] <- lapply(table, function(x) if (is.character(x)) sub("^'", "", x) else x)
  table
}
rows <- read_tidy("rows")
sessions <- read_tidy("sessions")
