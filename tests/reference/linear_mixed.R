# Linear mixed models and their marginal means: lme4, lmerTest, emmeans, pbkrtest. Used by fit_references.R,
# and by a test that compares the committed values with those of the installed R.
suppressPackageStartupMessages({
  library(lme4); library(lmerTest); library(emmeans); library(pbkrtest); library(jsonlite)
})
# Every optimiser is set tight: lme4's default stops 1e-5 to 3e-4 short on variances.
tight <- list(maxfun = 1e6, rhobeg = 0.02, rhoend = 1e-9)
lmer_control <- lmerControl(optimizer = "bobyqa", optCtrl = tight, calc.derivs = FALSE)

named <- function(x) as.list(setNames(as.numeric(x), names(x)))
sds <- function(fit) {
  v <- as.data.frame(VarCorr(fit))
  v <- v[is.na(v$var2), ]
  setNames(as.list(v$sdcor), paste(v$grp, ifelse(is.na(v$var1), "", v$var1)))
}
lmer_values <- function(fit) {
  s <- coef(summary(fit))
  list(estimate = named(s[, "Estimate"]), se = named(s[, "Std. Error"]),
       df = named(s[, "df"]), p = named(s[, "Pr(>|t|)"]),
       loglik = as.numeric(logLik(fit)), aic = AIC(fit), bic = BIC(fit), sd = sds(fit))
}

crossed_data <- function(file) {
  crossed <- read.csv(file)
  crossed$group <- factor(crossed$group, levels = c("in", "none", "out"))
  crossed$log_n <- log(crossed$n_victims)
  crossed
}

linear_mixed <- function(crossed, responses = c("rating", "dollars", "amount")) {
  out <- list()

  # Linear mixed models ------------------------------------------------------------------
  slope <- lmer(rating ~ group * log_n + (1 + log_n | participant) + (1 | vignette),
                crossed, control = lmer_control)
  out$lmm_slope <- lmer_values(slope)
  joint <- contestMD(slope, rbind(c(0, 1, 0, 0, 0, 0), c(0, 0, 1, 0, 0, 0)))
  out$lmm_slope_joint <- list(f = joint$`F value`, df1 = joint$NumDF, df2 = joint$DenDF,
                              p = joint$`Pr(>F)`)
  out$lmm_ml <- lmer_values(update(slope, REML = FALSE))
  intercepts <- lmer(rating ~ group + log_n + (1 | participant) + (1 | vignette),
                     crossed, control = lmer_control)
  out$lmm_intercepts <- lmer_values(intercepts)

  # Conditions that vary over persons and stimuli: on the boundary for `rating` (both variances of
  # conditions are zero) and `dollars` (one is), inside for `amount`. Kenward-Roger's df are kept
  # beside: on the boundary they stay, Satterthwaite's become those of the model without the term.
  for (y in responses) {
    form <- reformulate(c("group", "log_n", "(1 | participant)", "(1 | participant:group)",
                          "(1 | vignette)", "(1 | vignette:group)"), y)
    varied <- lmer(form, crossed, control = lmer_control)
    kenward <- coef(summary(varied, ddf = "Kenward-Roger"))
    pairs_of <- pairs(emmeans(varied, ~ group, lmer.df = "satterthwaite"), adjust = "holm")
    out[[paste0("conditions_", y)]] <- c(
      lmer_values(varied),
      list(singular = isSingular(varied), kenward_roger_df = named(kenward[, "df"]),
           pairs = as.data.frame(pairs_of)))
  }

  # Marginal means -----------------------------------------------------------------------
  grid <- emmeans(slope, ~ group, at = list(log_n = log(8)), lmer.df = "satterthwaite")
  out$emmeans <- as.data.frame(grid)
  out$emmeans_pairs <- as.data.frame(pairs(grid, adjust = "holm"))
  out$emmeans_by <- as.data.frame(
    emmeans(slope, ~ group | log_n, at = list(log_n = c(0, log(100))),
            lmer.df = "satterthwaite"))
  out
}
