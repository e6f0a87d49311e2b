/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages that people look for in the journal, each by a number of its own that does not change
 * with its words (MESSAGE_ID, systemd.journal-fields(7)): made once by uuidgen, never used again
 * for another.  doc/monitoring.md and potsherd(1) list them from here.
 */
#ifndef POTSHERD_BASE_LOG_IDS_H
#define POTSHERD_BASE_LOG_IDS_H

/* X(name, MESSAGE_ID, what it says) */
#define LOG_IDS(X)                                                                                 \
    X(SMALL_RING, "8c42e5858d1e4ba9b094b68adf4b2d88",                                              \
      "the kernel gave a smaller ring than was asked for; bursts get lost")                        \
    X(INTERFACE_LOST, "3a35a8a9483b4d8c87de28c37fc8bcf4", "an interface is down, or has gone")     \
    X(INTERFACE_BACK, "d2b749d9181b4651befabba0f3be20d9", "packets come again from it")            \
    X(PROCESS_HANGS, "8f803078338249b7aa5c146ce6ebc987", "a process of the run does nothing")      \
    X(PROCESS_ENDED, "6095acbbcee649da99761ecbfca2b0c6",                                           \
      "a process of the run was ended by a signal, or by its sandbox")                             \
    X(MAIL_NOT_READ, "6e18e89340054c45aa438fc50bd97953",                                           \
      "a mail took too long, or ended the process that reads mails; its row lacks what it says")   \
    X(RECORDS_PAUSE, "2688d030794340f4963ba083577de532",                                           \
      "a file of records cannot be written: the disk is full, or the folder has gone")             \
    X(RECORDS_GO_ON, "30ec7fb31e52464b903c5c6d5d1addd2", "it can again, and how much is missing")  \
    X(RECORDS_REMOVED, "f602dae36d9c4e878445188528ac59c3", "--keep or --max-disk removed a file")  \
    X(DISK_LIMIT, "42cf9386ee914bebbb09a18bd4e78ac6",                                              \
      "more than --max-disk, and nothing finished is left to remove")                              \
    X(RUN_BEFORE_CUT, "4bc3ddb603b24048a96dc538be1fe454",                                          \
      "a run before did not end; its files were finished")                                         \
    X(CLOCK_SET_BACK, "5396f496b507441db0e6486d19e78269", "the clock was set back")                \
    X(RELOADED, "e153a52709904cfd960ec529d72aff10", "rules or databases were read again")          \
    X(NOT_RELOADED, "760c9326445d4816a06bf91ae17e8c6b",                                            \
      "rules or databases could not be read again; the previous ones stay in use")

enum log_id {
    LOG_NO_ID,
#define LOG_ID(name, id, says) LOG_##name,
    LOG_IDS(LOG_ID)
#undef LOG_ID
};

#endif
