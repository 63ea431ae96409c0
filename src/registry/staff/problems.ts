import { defineProblems } from '#kernel/problems.ts'

export const problem = defineProblems({
  'staff.unauthenticated': [401, 'Sign in as a member of staff first'],
  'staff.forbidden': [403, 'Your role does not allow this'],
  'staff.unknown-role': [400, 'There is no such role'],
})
