import { defineProblems } from '#kernel/problems.ts'

export const myIdentityProblem = defineProblems({
  'my-identity.form-expired': [403, 'The form was made for another session'],
  'my-identity.unknown-entry': [404, 'No such entry in your record, or it is not numbered yet'],
})
