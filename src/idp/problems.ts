/** Refusals of the IdP. OAuth errors are the engine's (RFC 6749 §5.2); these are of our own pages and endpoints. */
import { defineProblems } from '#kernel/problems.ts'

export const idpProblem = defineProblems({
  'otp.wrong': [400, 'The code is wrong'],
  'otp.expired': [400, 'The code is no longer valid'],
  'otp.spent': [400, 'The code was used already'],
  'otp.locked': [429, 'Too many wrong codes'],
  'otp.too-many-sent': [429, 'Too many codes were asked for'],
  'sign-in.too-many': [429, 'Too many attempts to sign in'],
  'sign-in.expired': [400, 'This sign-in has ended'],
  'sign-in.forged': [403, 'The form was not made for this sign-in'],
  'sign-in.factor-not-offered': [400, 'This way to sign in does not satisfy the request'],
  'sign-in.required': [401, 'Sign in first'],
  'sign-in.not-recent': [403, 'Sign in again to do this'],
  'passkey.refused': [400, 'The passkey was not accepted'],
  'passkey.too-many': [409, 'There are as many passkeys as allowed'],
  'client.invalid': [400, 'The client metadata is not acceptable'],
})
