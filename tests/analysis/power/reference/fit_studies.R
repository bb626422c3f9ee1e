# Reference values: fresh, tightly converged lmer fits with lmerTest's Satterthwaite tests.
# Not refit(): in lme4 1.1-31 that sets the REML slot to 1 instead of p and is off.
suppressMessages({library(lme4); library(lmerTest); library(jsonlite)})
here <- "tests/analysis/power/reference"
rows <- read.csv(gzfile(file.path(here, "studies.csv.gz")))
formulas <- c(
  square_200x12 = "1 + x1 + (1 + x1 | participant)",
  square_200x12_flat = "1 + x1 + (1 + x1 | participant)",
  square_30x6 = "1 + x1 + (1 + x1 | participant)",
  square_no_slope = "1 + x1 + (1 | participant)",
  between = "1 + x1 + (1 | participant)",
  uneven_lists = "1 + x1 + (1 + x1 | participant)",
  three_levels = "1 + x1 + x2 + (1 + x1 | participant)",
  both_ways = "1 + x1 + x2 + x3 + (1 + x1 | participant)"
)
tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10, maxfun = 1e5),
                     check.conv.grad = "ignore", check.conv.hess = "ignore")
fits <- list()
for (name in names(formulas)) {
  data <- rows[rows$design == name, ]
  for (y in grep("^y", names(data), value = TRUE)) {
    if (all(is.na(data[[y]]))) next
    formula <- as.formula(paste(y, "~", formulas[[name]], "+ (1 | item)"))
    fit <- suppressMessages(lmerTest::lmer(formula, data, control = tight))
    # A second run from the first optimum removes what the first trust region left.
    fit <- suppressMessages(lmerTest::lmer(formula, data, control = tight,
                                           start = list(theta = getME(fit, "theta"))))
    test <- coef(summary(fit))
    fits[[length(fits) + 1]] <- list(
      design = name, y = y, criterion = REMLcrit(fit), theta = unname(getME(fit, "theta")),
      sigma = sigma(fit), singular = isSingular(fit), estimate = unname(test[, "Estimate"]),
      se = unname(test[, "Std. Error"]), df = unname(test[, "df"]),
      p = unname(test[, "Pr(>|t|)"]))
  }
}
software <- list(R = R.version.string, lme4 = as.character(packageVersion("lme4")),
                 lmerTest = as.character(packageVersion("lmerTest")))
write_json(list(software = software, fits = fits), file.path(here, "fits.json"),
           digits = I(16), auto_unbox = TRUE, pretty = TRUE)
