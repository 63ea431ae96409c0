/** What staff do that concerns no one person; what they do to a person is recorded by the part that does it. */
export const staffEvents = {
  signedIn: 'staff.signed-in',
  refused: 'staff.sign-in-refused',
} as const
