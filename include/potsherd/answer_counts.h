/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What `answer` counts beside the records: a list in the one list of counters (counter_list.h).
 * X(name, text): the name is the metric's label, the text a line of the summary.
 */
#ifndef POTSHERD_ANSWER_COUNTS_H
#define POTSHERD_ANSWER_COUNTS_H

#include <stdint.h>

/* clang-format off */
#define ANSWER_COUNTS(X)                                                                           \
    X(frames, "frames received")                                                                   \
    X(ignored, "not for us")                                                                       \
    X(arp, "ARP and ND answered")                                                                  \
    X(bad_links, "not answered: from or to a wrong link address")                                  \
    X(bad_sources, "not answered: from an address that no host can have")                          \
    X(source_routed, "not answered: source-routed")                                                \
    X(bad_checksums, "not answered: wrong checksum")                                               \
    X(syns, "SYNs")                                                                                \
    X(syns_over_rate, "SYNs not answered: over the source's rate")                                 \
    X(unrepeated, "SYN/ACKs not sent again: too many half-open")                                   \
    X(bad_acks, "segments of no conversation")                                                     \
    X(conversations, "conversations")                                                              \
    X(refused_source, "conversations refused: too many of one source")                             \
    X(evicted, "conversations evicted: too many")                                                  \
    X(refused_segments, "segments refused: out of window or forged")                               \
    X(unread_segments, "segments refused: the peer does not read our replies")                     \
    X(unchallenged, "ACKs of duplicates and forgeries not sent: over their rate")                  \
    X(flooded, "ended for asking for too much at once")                                            \
    X(resets, "ended by the peer's reset")                                                         \
    X(idle, "ended by silence")                                                                    \
    X(gave_up, "ended without acknowledgement")                                                    \
    X(sent, "frames sent")                                                                         \
    X(sent_over_rate, "frames not sent: over the peer's rate")                                     \
    X(unaudited, "lines of the audit log that could not be written")                               \
    X(send_failed, "frames not sent: the system refused")                                          \
    X(unproven, "handshakes refused by the sender: it did not make their number")                  \
    X(out_of_scope, "frames REFUSED by the sender: none that it may send")                         \
    X(unasked, "segments refused: the sender was asked about too many others")                     \
    X(lost_frames, "frames of conversations LOST before they were seen")                           \
    X(lost_syns, "SYNs LOST before they were seen")
/* clang-format on */

enum answer_count {
#define ANSWER_COUNT(name, text) ANSWER_COUNT_##name,
    ANSWER_COUNTS(ANSWER_COUNT)
#undef ANSWER_COUNT
        ANSWER_COUNT_END
};

struct answer_counts {
#define ANSWER_COUNT(name, text) uint64_t name;
    ANSWER_COUNTS(ANSWER_COUNT)
#undef ANSWER_COUNT
};

const char *answer_count_name(unsigned i);
const char *answer_count_text(unsigned i);
void answer_counts_add(uint64_t to[ANSWER_COUNT_END], const struct answer_counts *more);

#endif
