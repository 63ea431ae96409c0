import { defineProblems } from '#kernel/problems.ts'

export const hubProblem = defineProblems({
  'hub.busy': [503, 'Too many biometric tasks are waiting; try again in a moment.'],
  'hub.unavailable': [503, 'The biometric engine could not finish this task.'],
  'hub.search-incomplete': [503, 'The gallery could not be searched completely.'],
  'hub.other-model': [503, 'The stored reference was made by another face model.'],
  'hub.sample-count': [400, 'Exactly one face sample is expected.'],
})
