# Uncorrelated slopes, slopes without an intercept, and Kenward-Roger's tests; run from the top of the repository:
#   Rscript tests/reference/fit_covariances.R
source("tests/reference/linear_mixed.R")
data <- crossed_data("tests/reference/crossed.csv")
few <- subset(data, vignette %in% sprintf("v%02d", 0:5))
# Unequal numbers of answers, so that nothing is balanced.
uneven <- few[-seq(3, nrow(few), by = 7), ]
data$two <- as.numeric(data$group == "out")
lmer_of <- function(form, rows) lmer(form, rows, control = lmer_control)
kenward <- function(fit) {
  table <- coef(summary(fit, ddf = "Kenward-Roger"))
  joint <- KRmodcomp(fit, rbind(c(0, 1, 0, 0), c(0, 0, 1, 0)))$stats
  list(se = named(table[, "Std. Error"]), df = named(table[, "df"]), p = named(table[, "Pr(>|t|)"]),
       f = joint$Fstat, df1 = joint$ndf, df2 = joint$ddf, scaling = joint$F.scaling, joint_p = joint$p.value)
}
out <- list(
  uncorrelated = lmer_values(lmer_of(rating ~ group + log_n + (1 + log_n || participant) + (1 | vignette), data)),
  without_intercept = lmer_values(lmer_of(rating ~ group + log_n + (0 + log_n | participant) + (1 | vignette), data)),
  by_level = lmer_values(lmer_of(rating ~ group + log_n + (1 | participant) + (0 + two | participant), data)),
  levels = lmer_values(lmer_of(rating ~ group + log_n + (0 + group | participant), data)),
  crossed = kenward(lmer_of(rating ~ group + log_n + (1 | participant) + (1 | vignette), few)),
  uneven = kenward(lmer_of(rating ~ group + log_n + (1 | participant) + (1 | vignette), uneven)),
  amount = kenward(lmer_of(amount ~ group + log_n + (1 | participant) + (1 | participant:group) + (1 | vignette) +
                             (1 | vignette:group), data)),
  slope = kenward(lmer_of(rating ~ group + log_n + (1 + log_n | participant) + (1 | vignette), data)),
  versions = sapply(c("lme4", "lmerTest", "pbkrtest"), function(name) as.character(packageVersion(name))))
write_json(out, "tests/reference/r_covariances.json", digits = 15, auto_unbox = TRUE, pretty = TRUE)
