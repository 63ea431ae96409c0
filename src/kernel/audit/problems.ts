import { defineProblems } from '../problems.ts'

export const auditProblem = defineProblems({
  'log.no-such-resource': [404, 'The log has no such resource'],
})
