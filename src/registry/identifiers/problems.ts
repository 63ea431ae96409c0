import { defineProblems } from '#kernel/problems.ts'

export const problem = defineProblems({
  'vid.type-unknown': [400, 'This country has no such kind of temporary number (VID)'],
  'vid.too-many': [409, 'There are as many temporary numbers of this kind as the policy allows'],
  'uin.space-too-small': [
    500,
    'The chosen UIN shape holds fewer numbers than the country has people',
  ],
  'uin.exhausted': [503, 'No free UIN was found'],
})
