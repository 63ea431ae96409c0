/** Refusals of the issuer's own doors and pages; the OpenID4VCI endpoints answer in the words of their standard. */
import { defineProblems } from '#kernel/problems.ts'

export const issuerProblem = defineProblems({
  'issuer.busy': [503, 'Too many credentials are being made at once'],
  'offer.unknown-configuration': [400, 'There is no such credential'],
  'offer.person-not-active': [409, 'The identity is not active'],
  'offer.no-channel': [
    409,
    'The person has no e-mail address or phone number for the transaction code',
  ],
  'offer.not-found': [404, 'The offer does not exist or has expired'],
  'status-list.not-found': [404, 'There is no such status list'],
  'credential-type.not-found': [404, 'There is no such credential type'],
})
