# One crossed mixed model in lme4 with lmerTest's p-values. Arguments: folder, runs.
suppressMessages({library(lme4); library(lmerTest); library(jsonlite)})
arguments <- commandArgs(TRUE)
folder <- arguments[1]
runs <- as.integer(arguments[2])
rows <- as.integer(readLines(file.path(folder, "rows")))
number <- function(name, what, size) readBin(file.path(folder, name), what, rows, size = size)
data <- data.frame(y = number("y", "double", 8), x = number("x", "double", 8),
                   participant = factor(number("participant", "integer", 4)),
                   item = factor(number("item", "integer", 4)))
quiet <- function(code) suppressWarnings(suppressMessages(code))
formula <- y ~ 1 + x + (1 + x | participant) + (1 | item)
times <- list(fit = NULL, test = NULL)
for (run in seq_len(runs)) {
  times$fit <- rbind(times$fit, system.time(fit <- quiet(lme4::lmer(formula, data)))[1:3])
  times$test <- rbind(times$test, system.time({
    tested <- quiet(lmerTest::lmer(formula, data))
    table <- coef(summary(tested))
  })[1:3])
}
cost <- function(t) list(cpu = median(t[, 1] + t[, 2]), wall = median(t[, 3]), runs = runs)
cat(toJSON(list(
  lme4 = cost(times$fit), lmerTest = cost(times$test), criterion = REMLcrit(fit),
  estimate = unname(table[, 1]), se = unname(table[, 2]), df = unname(table[, 3]),
  p = unname(table[, 5]),
  versions = list(R = R.version.string, lme4 = as.character(packageVersion("lme4")),
                  lmerTest = as.character(packageVersion("lmerTest")))),
  auto_unbox = TRUE, digits = I(16)))
