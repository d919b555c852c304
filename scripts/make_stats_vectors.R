# Statistics as R computes them, for tests/unit/test_stats_*.c:
#     Rscript scripts/make_stats_vectors.R > tests/golden/stats_r.h      (Debian: r-base-core)
options(digits = 17)
put <- function(name, x) {
    text <- ifelse(is.nan(x), "(double)NAN", ifelse(x == Inf, "HUGE_VAL", ifelse(x == -Inf, "-HUGE_VAL", sprintf("%.17g", x))))
    text <- ifelse(grepl("^-?[0-9]+$", text), paste0(text, ".0"), text)
    cat(sprintf("static const double r_%s[%d] = {\n", name, length(x)))
    for (i in seq(1, length(text), 5)) cat("    ", paste0(text[i:min(i + 4, length(text))], collapse = ", "), ",\n", sep = "")
    cat("};\n\n")
}
cat("/* Statistics of R ", R.version$major, ".", R.version$minor,
    ". Written by scripts/make_stats_vectors.R. */\n/* clang-format off */\n#ifndef STATS_R_H\n#define STATS_R_H\n\n#include <math.h>\n\n", sep = "")

# Samples: x and y paired or not. accuracy: four digits, so that some are equal, and some differences 0.
samples <- list(
    three = list(x = c(0.91, 0.5, 0.72), y = c(0.4, 0.65, 0.3)),
    five = list(x = c(1.25, -0.5, 3.75, 2.125, 0.3), y = c(0.8, -1.5, 3.9, 0.6, 0.05)),
    ten = list(x = c(0.832, 0.811, 0.857, 0.794, 0.845, 0.823, 0.861, 0.802, 0.838, 0.849),
               y = c(0.815, 0.819, 0.829, 0.771, 0.836, 0.828, 0.822, 0.785, 0.847, 0.8145)),
    far = list(x = c(1e8 + c(0.25, 0.5, -0.75, 1.5, 0.125, -0.375, 2.25)),
               y = c(1e8 + c(-0.5, 0.125, -1.25, 0.0625, 0.375, -1.875, 1.75))),
    twenty = list(x = c(3.1, -2.7, 0.45, 1.93, 5.61, -0.38, 2.24, 4.07, -1.16, 0.89, 3.66, 1.21, -0.74, 2.95, 6.33, 0.17, 1.58, -2.05, 3.42, 0.66),
                  y = c(1.9, -3.2, 1.05, 0.48, 4.16, -1.99, 2.59, 2.13, -0.83, -0.27, 2.74, 1.87, -2.51, 1.36, 3.08, 0.92, -0.61, -1.45, 2.02, 1.12)))
accuracy <- list(x = c(0.9712, 0.9698, 0.9705, 0.9712, 0.9733, 0.9698, 0.972, 0.9741, 0.9705, 0.9718, 0.969, 0.9727),
                 y = c(0.9705, 0.9698, 0.9712, 0.9691, 0.9712, 0.968, 0.9705, 0.972, 0.9712, 0.9718, 0.9698, 0.9701))
describe <- function(x) c(mean(x), sd(x), min(x), max(x), quantile(x, 0.25), median(x), quantile(x, 0.75), mean(x, trim = 0.25), mad(x, constant = 1))
three <- function(f) { t <- f("two.sided"); c(t$statistic, t$p.value, f("greater")$p.value, f("less")$p.value) }
for (name in names(samples)) {
    s <- samples[[name]]; d <- s$x - s$y
    put(paste0(name, "_x"), s$x); put(paste0(name, "_y"), s$y)
    put(paste0(name, "_describe"), unname(describe(s$x)))
    t <- t.test(d)
    put(paste0(name, "_paired_t"), unname(c(three(function(a) t.test(d, alternative = a)), t$conf.int)))
    w <- t.test(s$x, s$y)
    put(paste0(name, "_welch"), unname(c(three(function(a) t.test(s$x, s$y, alternative = a)), w$parameter, w$conf.int)))
    put(paste0(name, "_pooled_t"), unname(t.test(s$x, s$y, var.equal = TRUE)$statistic))
    # differences of decimals, rounded so that equal ones are equal
    r <- round(d, 6)
    v <- suppressWarnings(wilcox.test(r, exact = FALSE, correct = TRUE))
    put(paste0(name, "_wilcoxon_normal"), unname(three(function(a) suppressWarnings(wilcox.test(r, exact = FALSE, correct = TRUE, alternative = a)))))
    put(paste0(name, "_wilcoxon_exact"), if (anyDuplicated(abs(r)) || any(r == 0)) rep(NaN, 7) else {
        w <- wilcox.test(r, exact = TRUE, conf.int = TRUE)
        unname(c(three(function(a) wilcox.test(r, exact = TRUE, alternative = a)), w$conf.int, w$estimate)) })
    put(paste0(name, "_mann_whitney_normal"), unname(three(function(a) suppressWarnings(wilcox.test(s$x, s$y, exact = FALSE, correct = TRUE, alternative = a)))))
    put(paste0(name, "_mann_whitney_exact"), if (anyDuplicated(c(s$x, s$y))) rep(NaN, 7) else {
        w <- wilcox.test(s$x, s$y, exact = TRUE, conf.int = TRUE)
        unname(c(three(function(a) wilcox.test(s$x, s$y, exact = TRUE, alternative = a)), w$conf.int, w$estimate)) })
    k <- sum(d > 0); n <- sum(d != 0)
    put(paste0(name, "_sign"), c(k, binom.test(k, n)$p.value, binom.test(k, n, alternative = "greater")$p.value, binom.test(k, n, alternative = "less")$p.value))
    m <- 0.2
    e <- t.test(d, conf.level = 0.9)
    put(paste0(name, "_equivalence"), c(t.test(d, mu = -m, alternative = "greater")$p.value, t.test(d, mu = m, alternative = "less")$p.value, e$conf.int))
    e <- t.test(s$x, s$y, conf.level = 0.9)
    put(paste0(name, "_equivalence_two"), c(t.test(s$x, s$y, mu = -m, alternative = "greater")$p.value, t.test(s$x, s$y, mu = m, alternative = "less")$p.value, e$conf.int))
}
put("lopsided_x", c(0.1, 0.2, 0.35, 0.9, 4.7))
put("accuracy_x", accuracy$x); put("accuracy_y", accuracy$y)
d <- round(accuracy$x - accuracy$y, 6)
put("accuracy_wilcoxon_normal", unname(three(function(a) suppressWarnings(wilcox.test(d, exact = FALSE, correct = TRUE, alternative = a)))))
put("accuracy_mann_whitney_normal", unname(three(function(a) suppressWarnings(wilcox.test(accuracy$x, accuracy$y, exact = FALSE, correct = TRUE, alternative = a)))))

# Distributions: rows of arguments and the result.
rows <- function(...) as.vector(t(cbind(...)))
g <- expand.grid(t = c(-8, -2.5, -0.3, 0, 0.7, 1.96, 4, 12, 60), df = c(1, 2, 4.5, 9, 30, 400))
put("t_upper", rows(g$t, g$df, pt(g$t, g$df, lower.tail = FALSE)))
g <- expand.grid(p = c(1e-6, 0.005, 0.025, 0.2, 0.5, 0.9, 0.975, 0.9995), df = c(1, 2, 4.5, 9, 30, 400))
put("t_quantile", rows(g$p, g$df, qt(g$p, g$df)))
p <- c(1e-12, 1e-5, 0.025, 0.3, 0.5, 0.84, 0.975, 0.99999)
put("normal_quantile", rows(p, qnorm(p)))
g <- expand.grid(x = c(0.01, 0.7, 3, 9.5, 40, 150), df = c(1, 2, 5, 19, 60))
put("chi_squared_upper", rows(g$x, g$df, pchisq(g$x, g$df, lower.tail = FALSE)))
g <- expand.grid(x = c(0.05, 0.9, 2.7, 11, 80), a = c(1, 3, 12), b = c(2, 9, 140))
put("f_upper", rows(g$x, g$a, g$b, pf(g$x, g$a, g$b, lower.tail = FALSE)))
g <- expand.grid(k = c(0, 1, 3, 7, 12, 20), n = c(3, 20, 45)); g <- g[g$k <= g$n, ]
put("binomial_upper", rows(g$k, g$n, pbinom(g$k - 1, g$n, 0.5, lower.tail = FALSE)))
g <- expand.grid(hits = c(0, 1, 3, 10), n = c(10, 37), level = c(0.9, 0.95))
put("wilson", rows(g$hits, g$n, g$level, t(mapply(function(h, n, l) suppressWarnings(prop.test(h, n, conf.level = l, correct = FALSE))$conf.int[1:2], g$hits, g$n, g$level))))
g <- data.frame(hits = c(0, 1, 2, 20, 923, 609, 7, 1, 30), n = c(6, 20, 50, 20, 1000, 1000, 12, 10000, 31), level = c(0.95, 0.95, 0.99, 0.95, 0.95, 0.95, 0.8, 0.95, 0.9))
put("clopper_pearson", rows(g$hits, g$n, g$level, t(mapply(function(h, n, l) binom.test(h, n, conf.level = l)$conf.int[1:2], g$hits, g$n, g$level))))
g <- data.frame(hits = c(0, 1, 7, 923, 609, 30, 5000, 12, 12), n = c(72, 20, 12, 1000, 1000, 1000, 10000, 12, 12), share = c(0.05, 0.1, 0.3, 0.947, 0.569, 0.1, 0.48, 0.02, 0.999))
tail <- function(a) mapply(function(h, n, p) binom.test(h, n, p, a)$p.value, g$hits, g$n, g$share)
put("binomial_test", rows(g$hits, g$n, g$share, tail("greater"), tail("less")))
# McNemar's exact test: of n pairs only those that differ count.
g <- data.frame(more = c(0, 5, 6, 9, 1, 40, 700), fewer = c(1, 0, 0, 1, 9, 22, 640))
put("mcnemar", rows(g$more, g$fewer, mapply(function(a, b) binom.test(a, a + b)$p.value, g$more, g$fewer)))
g <- expand.grid(d = c(0.2, 0.5, 1, 2.5), n = c(3, 5, 10, 34, 200), alpha = c(0.01, 0.05))
put("power", rows(g$d, g$n, g$alpha, mapply(function(d, n, a) power.t.test(n = n, delta = d, sd = 1, sig.level = a, type = "paired", strict = TRUE)$power, g$d, g$n, g$alpha)))

# Adjusted p values: one NaN left out.
p <- c(0.01, 0.04, 0.03, 0.005, 0.2, 0.03, 0.9, 0.0004, 0.049)
put("p", p)
put("holm", p.adjust(p, "holm")); put("hochberg", p.adjust(p, "hochberg")); put("benjamini_hochberg", p.adjust(p, "BH"))

# Friedman: six blocks, four treatments, with ties and without.
table <- matrix(c(0.91, 0.88, 0.93, 0.85, 0.72, 0.75, 0.78, 0.7, 0.66, 0.61, 0.69, 0.6, 0.95, 0.96, 0.94, 0.9, 0.81, 0.83, 0.86, 0.8, 0.55, 0.5, 0.58, 0.52), nrow = 6, byrow = TRUE)
tied <- table; tied[1, 2] <- 0.91; tied[3, 1] <- 0.6; tied[3, 2] <- 0.6; tied[5, ] <- 0.8
for (name in c("table", "tied")) {
    f <- friedman.test(get(name))
    put(name, as.vector(t(get(name))))
    put(paste0(name, "_friedman"), unname(c(f$statistic, f$p.value, colMeans(t(apply(get(name), 1, rank))))))
}

# Variance: 3 x 2 x 4 levels, 2 seeds; then without some trials (type II, by comparing models).
g <- expand.grid(seed = 1:2, c = factor(1:4), b = factor(1:2), a = factor(1:3))
i <- seq_len(nrow(g))
g$y <- round(as.integer(g$a) * 0.7 + (as.integer(g$b) == 2) * as.integer(g$c) * 0.4 + sin(i * 1.7) * 0.5 + cos(i * i) * 0.3, 6)
two <- function(data) {
    terms <- c("a", "b", "c", "a:b", "a:c", "b:c")
    parts <- strsplit(terms, ":")
    full <- lm(reformulate(terms, "y"), data)
    s <- sapply(seq_along(terms), function(t) {
        without <- terms[!sapply(parts, function(p) all(parts[[t]] %in% p))]
        deviance(lm(reformulate(without, "y"), data)) - deviance(lm(reformulate(c(without, terms[t]), "y"), data)) })
    c(s, deviance(full), sum((data$y - mean(data$y))^2))
}
put("factorial_y", g$y); put("factorial_a", as.integer(g$a) - 1); put("factorial_b", as.integer(g$b) - 1); put("factorial_c", as.integer(g$c) - 1)
put("factorial_balanced", two(g))
p <- anova(lm(y ~ (a + b + c)^2, g))
put("factorial_p", p[["Pr(>F)"]][1:6])
p <- anova(lm(y ~ a * b * c, g)) # balanced: the order of terms does not matter
put("factorial_third", c(p[["Sum Sq"]][7:8], p[["Df"]][7:8], p[["Pr(>F)"]][7]))
put("factorial_without", c(0, 5, 20, 6, 7, 41))
put("factorial_type_two", two(g[-(c(0, 5, 6, 7, 20, 41) + 1), ]))
put("factorial_uneven", two(g[-(c(0, 5, 20) + 1), ])) # every combination is there
cat("#endif\n")
