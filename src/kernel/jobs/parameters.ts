/** Pause before the n-th retry: between half and all of this times 2^(n-1), milliseconds. */
export const BACKOFF_MS = 500
export const BACKOFF_MAX_MS = 5 * 60_000
/** Jobs of one claim. */
export const CLAIM_MAX = 10
/** Candidates for each job wanted, where several processes look at the same queue. */
export const CANDIDATES_PER_JOB = 4
/** Runs that ended without a word (the process died): then the job itself is taken for the cause. */
export const SILENT_ENDS_MAX = 25
/** `handle` is given up after it: a bound for waits that have none of their own, milliseconds. */
export const RUN_MAX_MS = 15 * 60_000
/** A heartbeat prolongs the lease this many times in its length. */
export const BEATS_PER_LEASE = 3
/** Longest wait for running jobs when workers stop, milliseconds. */
export const STOP_MAX_MS = 20_000
export const PRIORITY_DEFAULT = 100
