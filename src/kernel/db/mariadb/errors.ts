/** What the errors of mysql2 and of Sequelize's pool mean to those who call the verbs. */
import { ConnectionError } from 'sequelize'
import { UniqueViolation } from '../db.ts'
import { databaseProblem } from '../problems.ts'

const ER_DUP_ENTRY = 1062
/** ER_LOCK_DEADLOCK (Galera: a conflict between nodes, also at COMMIT), ER_LOCK_WAIT_TIMEOUT, ER_CHECKREAD. */
const RETRY_ERRNO = new Set([1213, 1205, 1020])
const RETRY_SQLSTATE = '40001'
/** ER_CON_COUNT_ERROR, ER_SERVER_SHUTDOWN, ER_OPTION_PREVENTS_STATEMENT (read only after a failover), ER_CONNECTION_KILLED. */
const AWAY_ERRNO = new Set([1040, 1053, 1290, 1927])
/** ER_DISK_FULL, ER_RECORD_FILE_FULL. */
const FULL_ERRNO = new Set([1021, 1114])

interface Fault {
  readonly errno?: number
  readonly fatal?: boolean
  readonly sqlState?: string
  readonly parent?: unknown
}

/** A Problem where the server is away or full, `UniqueViolation`, or the error as it came. */
export const toVerbError = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error
  const { errno = 0, fatal } = error as Fault
  if (errno === ER_DUP_ENTRY) return new UniqueViolation('unique key taken', { cause: error })
  if (FULL_ERRNO.has(errno)) return databaseProblem('database.unwritable', { cause: error })
  const away = fatal === true || AWAY_ERRNO.has(errno)
  if (away || error instanceof ConnectionError)
    return databaseProblem('database.unreachable', { cause: error })
  return error
}

export const isConflict = (error: unknown): boolean => {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 4; depth += 1) {
    const { errno, sqlState, parent } = at as Fault
    if (RETRY_ERRNO.has(errno ?? 0) || sqlState === RETRY_SQLSTATE) return true
    at = parent ?? at.cause
  }
  return false
}
