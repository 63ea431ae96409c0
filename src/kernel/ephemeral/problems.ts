import { defineProblems } from '../problems.ts'

export const ephemeralProblem = defineProblems({
  'ephemeral.unavailable': [503, 'The store of sessions and codes does not answer'],
  'ephemeral.full': [503, 'The store of sessions and codes is full'],
  'ephemeral.in-use': [503, 'Another process owns this store of sessions and codes'],
  'ephemeral.evicts': [500, 'Redis is set to evict keys: replay memory would be forgotten early'],
  'ephemeral.bad-url': [500, 'The ephemeral URL is none of memory, embedded, redis://, rediss://'],
})
