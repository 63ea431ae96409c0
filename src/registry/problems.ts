/** Refusals that concern a person's record; the packet's own are in `packet/problems.ts`. */
import { defineProblems } from '#kernel/problems.ts'

export const problem = defineProblems({
  'identity.unknown': [404, 'There is no such person, or the identity is not active'],
  'adjudication.unknown-case': [404, 'There is no such case'],
  'adjudication.already-decided': [409, 'Somebody has decided this case already'],
  'adjudication.not-decided': [409, 'This case is not decided, so there is nothing to take back'],
  'adjudication.took-effect': [409, 'The decision has taken effect and can not be taken back'],
})
