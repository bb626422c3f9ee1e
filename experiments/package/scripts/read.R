# Run this in the folder of the data package. With the R package arrow, read_parquet() reads the texts unchanged.
read_tidy <- function(name, folder = "derivatives/tidy") {
  table <- read.csv(file.path(folder, paste0(name, ".csv")), na.strings = "", encoding = "UTF-8")
  # An apostrophe was put in front of texts that a spreadsheet would treat as a formula.
  table[] <- lapply(table, function(x) if (is.character(x)) sub("^'", "", x) else x)
  table
}
rows <- read_tidy("rows")
sessions <- read_tidy("sessions")
