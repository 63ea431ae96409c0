/** The hub's name for a person: a keyed hash, so that a stolen gallery leads to nobody. */
import type { SubjectRef } from '#biometric-hub'
import type { Context } from '#kernel/context.ts'
import type { PersonId } from './person.ts'

export const subjectOf = ({ vault }: Pick<Context, 'vault'>, person: PersonId): SubjectRef =>
  vault.lookup('subject', person) as SubjectRef
