/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one list of what a run counts.
 *
 * The counting struct (counters.h), adding up, the columns of stats.csv (columns.h), the
 * metrics and the lines of the summary are made from it.  A new counter is a line here and
 * the place that counts it; if it has a column of stats.csv, the line goes to the end, since
 * new columns are appended.
 *
 * COUNT(V, name, column, unit, kind, metric, meaning, line)   a field
 * EACH(V, name, size, first, word, metric, label, meaning)    a field by index: an array, of
 *         which metrics show those from `first` on, with label="word(index)"
 * SUM(V, name, column, unit, kind, metric, meaning, line)     made of others by the function
 *         counters_NAME (counters.c)
 * TEXT(V, name, meaning)                                      a column of text
 *
 * V       is passed through to the macros
 * column  STATS: a column of stats.csv; NO: none
 * kind    COUNTER only grows, and a row of stats.csv has what was added; GAUGE is as it is now
 * metric  METRIC(name), METRIC_BY(name, label, value) or NO_METRIC; potsherd_ is put before it
 * line    of the summary, where the count is not 0: REASON(text) among the packets that gave
 *         no segment (and in the column `reasons`), NOTE(label, text) or LOSS(label, text) a
 *         line of its own; NO_LINE: none, or one that summary.c composes
 */
#ifndef POTSHERD_COUNTER_LIST_H
#define POTSHERD_COUNTER_LIST_H

/* clang-format off */
#define PS_COUNTERS(V, COUNT, EACH, SUM, TEXT) \
    COUNT(V, frames, NO, "", COUNTER, NO_METRIC, "packets that were looked at", NO_LINE) \
    COUNT(V, received, STATS, "", COUNTER, METRIC("packets_received_total"), \
          "packets the kernel had for us: captured, dropped, filtered", NO_LINE) \
    COUNT(V, captured, STATS, "", COUNTER, METRIC("packets_captured_total"), \
          "packets that were looked at", NO_LINE) \
    COUNT(V, dropped, STATS, "", COUNTER, METRIC_BY("packets_dropped_total", "by", "kernel"), \
          "packets lost because the ring was full", NO_LINE) \
    COUNT(V, filtered, STATS, "", COUNTER, METRIC("packets_filtered_total"), \
          "packets left out here, by a filter that the kernel did not take", \
          LOSS("filtered", "of them only after they had been received")) \
    COUNT(V, interface_dropped, STATS, "", COUNTER, \
          METRIC_BY("packets_dropped_total", "by", "interface"), \
          "packets lost by the interface, where its driver tells", NO_LINE) \
    COUNT(V, datagrams, NO, "", COUNTER, NO_METRIC, "IP datagrams that were whole", NO_LINE) \
    COUNT(V, segments, NO, "", COUNTER, NO_METRIC, "TCP segments", NO_LINE) \
    EACH(V, not_understood, DECAP_REASON_COUNT, DECAP_OK + 1, decap_reason_text, \
         "packets_not_understood_total", "reason", \
         "packets that gave no TCP segment, but those of no connection") \
    COUNT(V, strays, NO, "", COUNTER, NO_METRIC, "segments of no known connection, without data", \
          REASON("of no connection seen to begin")) \
    COUNT(V, out_of_window, NO, "", COUNTER, NO_METRIC, \
          "segments that can belong to no connection", REASON("with impossible sequence numbers")) \
    COUNT(V, unjoined, NO, "", COUNTER, NO_METRIC, \
          "datagrams of which a fragment never came, or was unfit", \
          REASON("fragmented and never complete")) \
    SUM(V, not_understood, STATS, "", COUNTER, NO_METRIC, \
        "packets that gave no TCP segment of a connection", NO_LINE) \
    TEXT(V, reasons, "why: count and reason, separated by semicolons") \
    COUNT(V, fragments, NO, "", COUNTER, NO_METRIC, "IP fragments", NO_LINE) \
    COUNT(V, not_followed, NO, "", COUNTER, NO_METRIC, \
          "segments between two ports that are not served", \
          NOTE("other ports", "packets, not followed (--ports rules)")) \
    EACH(V, ended, END_EOF + 1, END_FIN, connection_end_name, "connections_ended_total", "end", \
         "connections that have ended") \
    COUNT(V, connections, STATS, "", COUNTER, METRIC("connections_total"), \
          "connections that began", NO_LINE) \
    COUNT(V, attempts, STATS, "", COUNTER, METRIC("attempts_total"), \
          "attempts to connect that led to nothing", NO_LINE) \
    COUNT(V, one_sided, NO, "", COUNTER, METRIC("connections_one_sided_total"), \
          "connections of which one direction only was seen", NO_LINE) \
    EACH(V, requests, CLASS_PROXY_COUNT, 0, request_class_name, "requests_total", "class", \
         "proxy requests") \
    SUM(V, requests, STATS, "", COUNTER, NO_METRIC, "proxy requests", NO_LINE) \
    COUNT(V, emails, STATS, "", COUNTER, METRIC("emails_total"), "messages", NO_LINE) \
    COUNT(V, emails_complete, NO, "", COUNTER, NO_METRIC, "messages with nothing missing", NO_LINE) \
    COUNT(V, recipients, STATS, "", COUNTER, METRIC("recipients_total"), "their recipients", \
          NO_LINE) \
    COUNT(V, missing_bytes, STATS, "B", COUNTER, METRIC("missing_bytes_total"), \
          "stream bytes known to be missing", NO_LINE) \
    COUNT(V, gaps, NO, "", COUNTER, NO_METRIC, "gaps that they make", NO_LINE) \
    SUM(V, evicted, STATS, "", COUNTER, METRIC("evicted_total"), \
        "connections and handshakes pushed out by a limit", NO_LINE) \
    COUNT(V, limits, STATS, "", COUNTER, METRIC("limits_total"), \
          "times that a cap of the parsers cut something", \
          NOTE("limits", "times a conversation was cut by a cap")) \
    COUNT(V, evicted_attempts, NO, "", COUNTER, NO_METRIC, "handshakes pushed out by a limit", \
          NOTE("evicted", "handshakes, to make room")) \
    COUNT(V, unwritten, STATS, "", COUNTER, METRIC("rows_unwritten_total"), \
          "rows that could not be written", \
          LOSS("UNWRITTEN", "rows could not be written; a message says why")) \
    COUNT(V, unsaved, NO, "", COUNTER, METRIC("packets_unsaved_total"), \
          "packets that --save-pcap could not write", \
          LOSS("UNSAVED", "packets could not be saved; a message says why")) \
    COUNT(V, taken_over, NO, "", COUNTER, METRIC("processes_ended_total"), \
          "processes ended for a system call or a message that is none of theirs", \
          LOSS("ENDED", "processes that did what is none of theirs; a message says what")) \
    COUNT(V, removed_files, NO, "", COUNTER, METRIC("files_removed_total"), \
          "finished files removed for --keep and --max-disk", NO_LINE) \
    COUNT(V, removed_bytes, NO, "B", COUNTER, METRIC("bytes_removed_total"), "what these held", \
          NO_LINE) \
    COUNT(V, steps, NO, "", COUNTER, NO_METRIC, \
          "of the loops of reassembly, expiry and eviction: work beyond one a packet", NO_LINE) \
    SUM(V, open, STATS, "", GAUGE, METRIC("connections_open"), \
        "connections followed at the end of the interval", NO_LINE) \
    COUNT(V, memory, STATS, "B", GAUGE, METRIC("memory_bytes"), "held for them", NO_LINE) \
    EACH(V, answer, ANSWER_COUNT_END, 0, answer_count_name, "answer_total", "what", \
         "what `answer` received, sent, refused and lost") \
    COUNT(V, web, STATS, "", COUNTER, METRIC("web_requests_total"), \
          "HTTP requests to the server itself, which are no proxy requests", \
          NOTE("web", "requests to the servers themselves, no proxy requests (--web)")) \
    COUNT(V, web_unkept, NO, "", COUNTER, NO_METRIC, \
          "of them, before a proxy request of their connection, over the cap", \
          NOTE("web", "of them before a proxy request on their connection, not kept")) \
    COUNT(V, mails_read, STATS, "", COUNTER, METRIC("mails_read_total"), \
          "messages of which the headers were read (--mail)", NO_LINE) \
    COUNT(V, mails_lost, STATS, "", COUNTER, METRIC("mails_lost_total"), \
          "messages that ended the process that read them", \
          LOSS("UNREAD", "messages could not be read; their columns from subject on are empty"))
/* clang-format on */

#endif
