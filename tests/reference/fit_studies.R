# Reference values of lmer and lmerTest for the layouts that `compassion power` fits by engines of its own.
# Run by hand, from the repository's top:
#   python tests/reference/make_studies.py
#   Rscript tests/reference/fit_studies.R
# Packages as in fit_references.R. Every study is a fresh fit, set tight; never `refit()`.
suppressPackageStartupMessages({
  library(lme4); library(lmerTest); library(jsonlite)
})
here <- "tests/reference"
studies <- read.csv(file.path(here, "studies.csv"))
tight <- lmerControl(optimizer = "bobyqa", calc.derivs = FALSE,
                     optCtrl = list(maxfun = 1e6, rhobeg = 0.02, rhoend = 1e-10))
all_terms <- "c + (1|participant) + (1|participant:c) + (1|stimulus) + (1|stimulus:c)"
formulas <- c(
  once = "c + (1|stimulus)",
  intercepts = "c + (1|participant) + (1|stimulus)",
  by_condition = all_terms,
  on_the_boundary = all_terms,
  slopes = "c + (1 + c|participant) + (1|stimulus)")

fitted <- function(rows, formula) {
  fit <- lmer(as.formula(paste("y ~", formula)), rows, control = tight)
  s <- coef(summary(fit))["cb", ]
  list(estimate = s[["Estimate"]], se = s[["Std. Error"]], df = s[["df"]], p = s[["Pr(>|t|)"]],
       singular = isSingular(fit, tol = 1e-4))
}
out <- lapply(setNames(nm = names(formulas)), function(name) {
  own <- studies[studies$design == name, ]
  list(formula = formulas[[name]],
       studies = lapply(split(own, own$study), fitted, formulas[[name]]))
})
out$versions <- c(list(R = as.character(getRversion())), lapply(
  setNames(nm = c("lme4", "lmerTest")), function(p) as.character(packageVersion(p))))
out$written <- format(Sys.Date())
# Another file to write may be named.
into <- c(commandArgs(trailingOnly = TRUE), file.path(here, "r_studies.json"))[[1]]
write_json(out, into, auto_unbox = TRUE, digits = NA, pretty = TRUE)
