# SPDX-License-Identifier: GPL-3.0-or-later
# The same questions to R, read as doc/records-elsewhere.md says.
# Usage: Rscript answers.R DIR
dir <- commandArgs(trailingOnly = TRUE)[1]
records <- function(name)
    read.csv(file.path(dir, paste0(name, ".csv")), colClasses = "character", na.strings = "",
             quote = "\"", comment.char = "", encoding = "UTF-8", check.names = FALSE)
show <- function(question, frame) {
    cat("--", question, "\n", sep = c(" ", "", ""))
    if (nrow(frame))
        cat(do.call(paste, c(lapply(frame, as.character), sep = "|")), sep = "\n")
}
or <- function(value, other) ifelse(is.na(value), other, value)
number <- function(value) as.numeric(or(value, "0"))
# counts of what is the same in all columns, the most frequent first
top <- function(frame, most = 20) {
    counts <- aggregate(list(n = rep(1, nrow(frame))), frame, sum)
    keys <- lapply(frame[0, , drop = FALSE], identity)
    head(counts[do.call(order, c(list(-counts$n), counts[names(keys)], method = "radix")), ], most)
}
mails <- records("emails")
place <- data.frame(cc = or(mails$src_cc, ""), asn = number(mails$src_asn))
counts <- aggregate(list(n = rep(1, nrow(mails)), r = number(mails$rcpt_count)), place, sum)
show("mails by place", head(counts[order(-counts$n, counts$cc, counts$asn, method = "radix"), ], 20))
requests <- records("requests")
asked <- requests[requests$depth == "1" & requests$class != "web", ]
show("targets", top(data.frame(of = or(or(asked$target_host, asked$target_ip), ""), port = number(asked$target_port))))
show("mails a day", aggregate(list(n = rep(1, nrow(mails)), r = number(mails$rcpt_count)),
                              list(day = substr(mails$ts, 1, 10)), sum))
show("recipients of a mail", aggregate(list(n = rep(1, nrow(mails))), list(r = number(mails$rcpt_count)), sum))
connections <- records("connections")
show("sources", top(data.frame(src = connections$src_ip, port = number(connections$dst_port))))
show("odd texts", top(data.frame(p = or(requests$password, ""), a = or(requests$user_agent, "")), 200))
