# Reference values of R. Run by hand, from the repository's top (tests compare with the committed output):
#   Rscript tests/reference/fit_references.R
# Debian packages: r-base-core r-cran-lme4 r-cran-lmertest r-cran-emmeans r-cran-glmmtmb
#   r-cran-ordinal r-cran-survival r-cran-sandwich r-cran-pbkrtest r-cran-tmb r-cran-jsonlite, g++
# Every optimiser is set tight: lme4's default stops 1e-5 to 3e-4 short on variances.
suppressPackageStartupMessages({
  library(lme4); library(lmerTest); library(emmeans); library(glmmTMB); library(ordinal)
  library(survival); library(sandwich); library(pbkrtest); library(TMB); library(jsonlite)
})
here <- "tests/reference"
source(file.path(here, "linear_mixed.R"))
crossed <- crossed_data(file.path(here, "crossed.csv"))
between <- read.csv(file.path(here, "between.csv"))

glmer_control <- glmerControl(optimizer = "bobyqa", optCtrl = tight, tolPwrss = 1e-12)
tmb_control <- glmmTMBControl(
  optCtrl = list(iter.max = 1e5, eval.max = 1e5, rel.tol = 1e-12))

# glmmTMB's nlminb stops about 1e-5 short; Newton steps on its exact gradient finish the job.
tmb_polished <- function(fit) {
  obj <- fit$obj; par <- fit$fit$par
  obj$env$inner.control <- modifyList(obj$env$inner.control, list(tol = 1e-13, grad.tol = 1e-13))
  for (step in 1:6) {
    hessian <- optimHess(par, obj$fn, obj$gr, control = list(ndeps = rep(1e-4, length(par))))
    par <- par - solve(hessian, c(obj$gr(par)))
  }
  list(par = par, se = sqrt(diag(solve(hessian))), loglik = -obj$fn(par),
       gradient = max(abs(obj$gr(par))))
}
# part: "beta" (mean) or "betazi" (probability of zero); their SDs are "theta" or "thetazi".
tmb_values <- function(fit, part = "beta") {
  best <- tmb_polished(fit)
  keep <- names(best$par) == part
  terms <- names(fixef(fit)[[if (part == "beta") "cond" else "zi"]])
  theta <- best$par[names(best$par) == sub("beta", "theta", part)]
  groups <- names(VarCorr(fit)[[if (part == "beta") "cond" else "zi"]])
  list(estimate = named(setNames(best$par[keep], terms)),
       se = named(setNames(best$se[keep], terms)),
       sd = named(setNames(exp(theta), groups)), loglik = best$loglik,
       betad = unname(best$par[names(best$par) == "betad"]),
       psi = unname(best$par[names(best$par) == "psi"]), gradient = best$gradient)
}
lm_values <- function(fit, vcov) {
  b <- coef(fit); se <- sqrt(diag(vcov)); df <- df.residual(fit)
  list(estimate = named(b), se = named(se), df = df, p = named(2 * pt(-abs(b / se), df)),
       loglik = as.numeric(logLik(fit)))
}
out <- linear_mixed(crossed)

# Generalised mixed models ---------------------------------------------------------------
gave_tmb <- glmmTMB(gave ~ group + log_n + (1 | participant) + (1 | vignette),
                    crossed, family = binomial, control = tmb_control)
out$binomial_tmb <- tmb_values(gave_tmb)
gave_glmer <- glmer(gave ~ group + log_n + (1 | participant) + (1 | vignette), crossed,
                    family = binomial, control = glmer_control)
out$binomial_glmer <- list(estimate = named(fixef(gave_glmer)),
                           loglik = as.numeric(logLik(gave_glmer)), sd = sds(gave_glmer))
out$binomial_conditions <- tmb_values(glmmTMB(
  gave ~ group + log_n + (1 | participant) + (1 | participant:group) + (1 | vignette),
  crossed, family = binomial, control = tmb_control))
positive <- subset(crossed, amount > 0)
out$gamma_conditions <- tmb_values(glmmTMB(
  amount ~ group + log_n + (1 | participant) + (1 | participant:group), positive,
  family = Gamma("log"), control = tmb_control))
gamma_tmb <- glmmTMB(amount ~ group + log_n + (1 | participant), positive,
                     family = Gamma("log"), control = tmb_control)
out$gamma_tmb <- tmb_values(gamma_tmb)
both <- glmmTMB(amount ~ group + log_n + (1 | participant),
                ziformula = ~ group + log_n + (1 | participant) + (1 | vignette),
                crossed, family = ziGamma("log"), control = tmb_control)
out$hurdle_tmb <- list(loglik = tmb_polished(both)$loglik,
                       amount = tmb_values(both),
                       zero = tmb_values(both, "betazi"))

both <- glmmTMB(amount ~ group + log_n + (1 | participant) + (1 | vignette),
                ziformula = ~ group + log_n + (1 | participant) + (1 | vignette),
                crossed, family = ziGamma("log"), control = tmb_control)
out$hurdle_crossed <- list(loglik = tmb_polished(both)$loglik, amount = tmb_values(both),
                           zero = tmb_values(both, "betazi"))

# Donations bounded by the endowment -------------------------------------------------------
out$ordered_beta <- tmb_values(
  glmmTMB(share ~ group + log_n, crossed, family = ordbeta(), control = tmb_control, start = list(psi = c(-1, 1))))
crossed_ob <- glmmTMB(share ~ group + log_n + (1 | participant) + (1 | vignette), crossed,
                      family = ordbeta(), control = tmb_control, start = list(psi = c(-1, 1)))
out$ordered_beta_crossed <- tmb_values(crossed_ob)
inside <- subset(crossed, share > 0 & share < 1)
out$beta_crossed <- tmb_values(
  glmmTMB(share ~ group + log_n + (1 | participant) + (1 | vignette), inside,
          family = beta_family(), control = tmb_control))
left <- ifelse(crossed$tobit <= 0, NA, crossed$tobit)
right <- ifelse(crossed$tobit >= 5, NA, crossed$tobit)
left[crossed$tobit >= 5] <- 5
right[crossed$tobit <= 0] <- 0
tobit <- survreg(Surv(left, right, type = "interval2") ~ group + log_n, crossed,
                 dist = "gaussian", control = survreg.control(rel.tolerance = 1e-13, maxiter = 200))
out$tobit <- list(estimate = named(coef(tobit)), se = named(sqrt(diag(vcov(tobit)))),
                  sigma = tobit$scale, loglik = as.numeric(logLik(tobit)))

built <- file.path(tempdir(), "tobit.cpp")
invisible(file.copy(file.path(here, "tobit.cpp"), built))
invisible(compile(built))
dyn.load(dynlib(sub(".cpp$", "", built)))
objective <- MakeADFun(
  list(y = crossed$tobit, X = model.matrix(~ group + log_n, crossed), lower = 0, upper = 5,
       person = as.integer(factor(crossed$participant)) - 1L,
       vignette = as.integer(factor(crossed$vignette)) - 1L),
  list(beta = c(3, 0, 0, 0), log_sigma = 0, log_sd = c(0, 0), u = numeric(40), v = numeric(12)),
  random = c("u", "v"), DLL = "tobit", silent = TRUE)
top <- tmb_polished(list(obj = objective, fit = nlminb(
  objective$par, objective$fn, objective$gr, control = list(rel.tol = 1e-14))))
out$tobit_crossed <- list(
  estimate = named(setNames(top$par[1:4], names(coef(tobit)))),
  se = named(setNames(top$se[1:4], names(coef(tobit)))), sigma = exp(top$par[[5]]),
  sd = list(participant = exp(top$par[[6]]), vignette = exp(top$par[[7]])),
  loglik = top$loglik, gradient = top$gradient)

# Ordered categories -------------------------------------------------------------------------
clm_fit <- clm(factor(dollars) ~ group + log_n, data = crossed,
               control = list(gradTol = 1e-10, maxIter = 200))
out$ordinal <- list(estimate = named(coef(clm_fit)), se = named(sqrt(diag(vcov(clm_fit)))),
                    loglik = as.numeric(logLik(clm_fit)))
clmm_fit <- clmm(factor(dollars) ~ group + log_n + (1 | participant) + (1 | vignette), crossed,
                 control = clmm.control(grtol = 1e-12, xtol = 1e-14, gradTol = 1e-12, maxIter = 500))
out$ordinal_crossed <- list(
  estimate = named(coef(clmm_fit)), se = named(sqrt(diag(vcov(clmm_fit)))[1:7]),
  loglik = as.numeric(logLik(clmm_fit)),
  sd = lapply(VarCorr(clmm_fit), function(v) attr(v, "stddev")[[1]]))

crossed$person_group <- interaction(crossed$participant, crossed$group)
clmm_fit <- clmm(factor(dollars) ~ group + log_n + (1 | participant) + (1 | person_group) +
                   (1 | vignette), crossed,
                 control = clmm.control(grtol = 1e-12, xtol = 1e-14, gradTol = 1e-12, maxIter = 500))
out$ordinal_conditions <- list(
  estimate = named(coef(clmm_fit)), se = named(sqrt(diag(vcov(clmm_fit)))[1:7]),
  loglik = as.numeric(logLik(clmm_fit)),
  sd = lapply(VarCorr(clmm_fit), function(v) attr(v, "stddev")[[1]]))

# Between subjects --------------------------------------------------------------------------
ols <- lm(donation ~ victim * lesson, between)
out$ols <- lm_values(ols, vcov(ols))
for (type in c("HC0", "HC1", "HC2", "HC3")) out[[type]] <- lm_values(ols, vcovHC(ols, type))
robust <- emmeans(ols, ~ victim, vcov. = vcovHC(ols, "HC3"))
out$emmeans_hc3 <- as.data.frame(robust)
out$emmeans_hc3_pairs <- as.data.frame(pairs(robust))
welch <- t.test(donation ~ victim, between)
out$welch <- list(t = welch$statistic[[1]], df = welch$parameter[[1]], p = welch$p.value,
                  low = welch$conf.int[1], high = welch$conf.int[2])
logit <- glm(donation > 0 ~ victim * lesson, binomial, between,
             control = glm.control(epsilon = 1e-14, maxit = 100))
out$logit <- list(estimate = named(coef(logit)), se = named(sqrt(diag(vcov(logit)))),
                  loglik = as.numeric(logLik(logit)))

packages <- c("lme4", "lmerTest", "emmeans", "glmmTMB", "ordinal", "survival", "sandwich", "pbkrtest",
              "TMB")
out$versions <- c(list(R = as.character(getRversion())),
                  setNames(lapply(packages, function(p) as.character(packageVersion(p))), packages))
out$written <- format(Sys.Date())
write_json(out, file.path(here, "r_values.json"), auto_unbox = TRUE, digits = NA, pretty = TRUE)
