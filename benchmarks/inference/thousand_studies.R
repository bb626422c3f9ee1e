# Simulated studies of one design in R. Arguments: folder, studies to refit, to refit with
# p-values, to fit afresh and tightly. Responses are read as doubles, one study after another.
suppressMessages({library(lme4); library(lmerTest); library(jsonlite)})
arguments <- commandArgs(TRUE)
folder <- arguments[1]
counts <- as.integer(arguments[2:4])
rows <- as.integer(readLines(file.path(folder, "rows")))
number <- function(name, what, n, size) readBin(file.path(folder, name), what, n, size = size)
y <- matrix(number("y", "double", rows * max(counts), 8), nrow = rows)
data <- data.frame(y = y[, 1], x = number("x", "double", rows, 8),
                   participant = factor(number("participant", "integer", rows, 4)),
                   item = factor(number("item", "integer", rows, 4)))
formula <- y ~ 1 + x + (1 + x | participant) + (1 | item)
quiet <- function(code) suppressWarnings(suppressMessages(code))
first <- quiet(lme4::lmer(formula, data))
tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10, maxfun = 1e5),
                     check.conv.grad = "ignore", check.conv.hess = "ignore")
refits <- system.time(for (k in seq_len(counts[1])) quiet(refit(first, y[, k])))
tests <- system.time(for (k in seq_len(counts[2]))
  quiet(coef(summary(as_lmerModLmerTest(refit(first, y[, k]))))))
fresh <- list()
fits <- system.time(for (k in seq_len(counts[3])) {
  data$y <- y[, k]
  fresh[[k]] <- quiet(lmerTest::lmer(formula, data, control = tight))
  table <- coef(summary(fresh[[k]]))
})
# Not timed: bobyqa sees values only, so its theta is good to half the digits of the criterion. One
# Newton step with Richardson derivatives gives the rest; roots at zero stay there.
polished <- function(fit, data) {
  model <- quiet(lFormula(formula, data, REML = TRUE))
  deviance <- do.call(mkLmerDevfun, model)
  theta <- getME(fit, "theta")
  free <- which(abs(theta) > 1e-3 | getME(fit, "lower") < 0)
  at <- function(x) { theta[free] <- x; deviance(theta) }
  step <- solve(numDeriv::hessian(at, theta[free]), numDeriv::grad(at, theta[free]))
  if (max(abs(step)) < 1e-4) theta[free] <- theta[free] - step
  value <- deviance(theta)
  mkMerMod(environment(deviance), list(par = theta, fval = value, conv = 0, message = ""),
           model$reTrms, model$fr)
}
reference <- lapply(seq_len(counts[3]), function(k) {
  data$y <- y[, k]
  table <- coef(summary(fresh[[k]]))
  fit <- polished(fresh[[k]], data)
  list(criterion = unname(getME(fit, "devcomp")$cmp["REML"]), singular = isSingular(fit),
       theta = unname(getME(fit, "theta")), estimate = unname(fixef(fit)),
       se = unname(sqrt(diag(as.matrix(vcov(fit))))),
       bobyqa_se = unname(table[, 2]), df = unname(table[, 3]), p = unname(table[, 5]))
})
cost <- function(t, n) list(cpu = (t[[1]] + t[[2]]) / n, wall = t[[3]] / n, runs = n)
cat(toJSON(list(
  refit = cost(refits, counts[1]), test = cost(tests, counts[2]), fresh = cost(fits, counts[3]),
  fits = reference,
  versions = list(R = R.version.string, lme4 = as.character(packageVersion("lme4")),
                  lmerTest = as.character(packageVersion("lmerTest")))),
  auto_unbox = TRUE, digits = I(16)))
