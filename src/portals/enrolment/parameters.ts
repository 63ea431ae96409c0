/** Bounds of the enrolment pages. */

/** A draft that nobody touches is gone after this time: a working day's longest break. */
export const draftTtlMs = 4 * 3_600_000
/** Largest photograph taken, as the hub takes it; with room for the form around it. */
export const photoBytesMax = 5 * 1024 * 1024
export const photoFormBytesMax = photoBytesMax + 64 * 1024
/** A value of Ephemeral holds 256 KiB; sealed, bytes grow by a third. */
export const photoPartBytes = 180 * 1024
/** Assessments a member of staff may ask for in a minute: two a second while a camera runs. */
export const assessmentsMax = 120
/** Characters of one typed value. */
export const valueMax = 300
/** A second press of "send" waits so long for the first one's result. */
export const sendWaitMs = 10_000
/** Years: nobody alive is older. */
export const ageMaxYears = 150
