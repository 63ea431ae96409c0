/** Everything that this start serves, for the map on the landing page. */
import type { PortalsContext } from '../context.ts'

export interface Running {
  /** Text `landing.running-<name>`. */
  readonly name: string
  readonly href: string
}

/** By the parts that run; addresses under our own origin are paths. */
export const runningIn = ({ config, links }: PortalsContext): readonly Running[] => {
  const of = (part: string, list: readonly Running[]) =>
    config.parts.some((name) => name === part) ? list : []
  const bank = links['harbour-bank']
  return [
    ...of('portals', [
      { name: 'enrolment', href: '/enrolment' },
      { name: 'track', href: '/track' },
      { name: 'adjudication', href: '/adjudication' },
      { name: 'my-identity', href: '/my-identity' },
      { name: 'inbox', href: '/inbox' },
    ]),
    ...(bank ? [{ name: 'bank', href: bank }] : []),
    ...of('idp', [{ name: 'openid', href: '/.well-known/openid-configuration' }]),
    ...of('issuer', [{ name: 'issuer', href: '/.well-known/openid-credential-issuer' }]),
    { name: 'log', href: '/log/checkpoint' },
    { name: 'health', href: '/health/ready' },
  ]
}
