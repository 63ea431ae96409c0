import { defineProblems } from '../problems.ts'

export const databaseProblem = defineProblems({
  'database.in-use': [503, 'Another process owns this database file'],
  'database.bad-url': [500, 'The database URL is neither sqlite: nor mysql://'],
  'database.unreachable': [503, 'The database does not answer'],
  'database.unwritable': [
    503,
    'The database cannot be written: no room, no right, or a broken disk',
  ],
  'database.unknown-migration': [500, 'The database was migrated by a newer version'],
  'database.busy': [503, 'Too many writers wait for the database'],
})
