/** Keys share so many rows that number messages: a bound on them, few enough to stay, many enough not to collide. */
export const LANES = 1024
/** Messages read in one look. */
export const BATCH = 100
/** Keys delivered at once to one consumer. */
export const KEYS_AT_ONCE = 4
/** After so many failures a message is parked, with its error code, for an operator: about ten minutes. */
export const ATTEMPTS_MAX = 12
export const BACKOFF_MS = 500
export const BACKOFF_MAX_MS = 2 * 60_000
/** A transaction older than this has ended; older messages than a look began with need no second look. */
export const OPEN_TRANSACTION_MAX_MS = 60_000
/** Every so often all are looked at again: clocks of machines differ. */
export const RESCAN_MS = 10 * 60_000
/** Messages of a topic that nobody ever consumed are kept so long. */
export const UNCLAIMED_MS = 7 * 86_400_000
/** A consumer that was not seen for so long no longer holds messages. */
export const FORGET_CONSUMER_MS = 30 * 86_400_000
export const SWEEP_MS = 5_000
export const SWEEP_BATCH = 500
/** How often a running consumer says that it is there. */
export const SEEN_MS = 3_600_000
