/** Refusals of the edge itself, before any part is asked. */
import { defineProblems } from '../problems.ts'

export const httpProblem = defineProblems({
  'http.not-found': [404, 'Nothing is at this address'],
  'http.method-not-allowed': [405, 'This address does not take that method'],
  'http.body-too-large': [413, 'The body is larger than this address takes'],
  'http.body-unexpected': [415, 'This address takes no body'],
  'http.media-type': [415, 'This address takes another media type'],
  'http.content-encoding': [415, 'Compressed bodies are not taken'],
  'http.body-malformed': [400, 'The body is not what its media type says'],
  'http.body-ambiguous': [400, 'An object in the body names a member twice'],
  'http.body-too-complex': [400, 'The body is nested too deep or has too many members'],
  'http.body-aborted': [400, 'The body ended early'],
  'http.path-malformed': [400, 'The path is not percent-encoded UTF-8'],
  'http.parameter-repeated': [400, 'A query parameter is there twice'],
  'http.too-many-parameters': [400, 'Too many query parameters'],
  'http.validation': [400, 'Some values are missing or not of the expected form'],
  'http.other-origin': [403, 'The request was made by another site'],
  'http.too-many-requests': [429, 'Too many requests; try again later'],
  'http.port-taken': [500, 'Another program uses this port; choose another port with --port'],
  'http.port-forbidden': [500, 'You may not use this port; choose another port with --port'],
  'http.internal': [500, 'Something went wrong on our side'],
})
