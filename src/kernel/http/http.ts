/**
 * HTTP as a table: each part exports routes, `kernel/http` serves them. A route parses with zod at the edge, so nothing
 * untyped passes; its reply is a value. Problems become RFC 9457 problem+json, or an error page for a browser.
 */
export { limit } from './limit.ts'
export * from './route.ts'
export { startServer } from './start-server.ts'
