/** News from the registry that ends logins. */
import type { Consumer } from '#kernel/outbox/outbox.ts'
import { endGrantsWithin } from './consent/consent.ts'
import type { IdpParts } from './context.ts'

export const idpConsumers = (ctx: IdpParts): readonly Consumer[] => [
  {
    name: 'idp.deactivated',
    topic: 'identity.deactivated',
    consume: async (_, tx, message) => {
      const { person } = message.payload as { person: string }
      await endGrantsWithin(ctx, tx, person)
    },
  },
]
