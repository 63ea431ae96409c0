import { defineProblems } from '../problems.ts'

export const messageProblem = defineProblems({
  'messages.no-transport': [503, 'No transport for messages is configured in this profile'],
})
