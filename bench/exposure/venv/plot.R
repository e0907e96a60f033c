#!/usr/bin/env Rscript
library(ggplot2)
chart <- ggplot(mtcars, aes(wt, mpg)) + geom_point() + geom_smooth(method = "lm")
ggsave("/tmp/plot.pdf", chart)
cat(jsonlite::toJSON(list(n = nrow(mtcars))), "\n")
