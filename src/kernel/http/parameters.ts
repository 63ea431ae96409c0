/** Bounds of the edge that no operator needs to turn; those that one might are in the configuration. */

/** Request body where a route says nothing else. */
export const bodyBytesDefault = 64 * 1024
/** Objects and arrays inside one another in a JSON body. */
export const jsonDepthMax = 32
/** Members and elements of a JSON body, all levels together. */
export const jsonMembersMax = 10_000
/** Fields of a form, and query parameters. */
export const formFieldsMax = 500
/** Parts of a multipart body. */
export const multipartPartsMax = 100
/** Header lines of a request (Node's own bound is 2,000). */
export const headerLinesMax = 100
/** A body that is refused is read on for so long, so that the client sees the answer rather than a reset. */
export const lingerMs = 2_000
/** Findings that one validation problem lists. */
export const validationErrorsMax = 20
/** A readiness probe that has not answered by then says "not ready". */
export const readyTimeoutMs = 2_000
