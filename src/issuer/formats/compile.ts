/** A credential configuration made ready: what is the same in every credential is worked out once, at start. */
import type { Context } from '#kernel/context.ts'
import { neededClaims } from '../catalog/claims.ts'
import type { Catalogue } from '../catalog/load.ts'
import type { ConfigurationFile } from '../catalog/schema.ts'
import { didJwkOf } from '../did/did-jwk.ts'
import { issuerDid } from '../did/did-web.ts'
import type { HolderJwk } from '../did/public-jwk.ts'
import { bitstringListUrl, tokenListUrl } from '../status/publish.ts'
import type { StatusPlace } from '../status/reserve.ts'
import { unsignedCredential } from './data-integrity/credential.ts'
import type { DataIntegrity } from './data-integrity/open.ts'
import { compileSdJwt } from './sd-jwt/compile.ts'

/** The key that a holder has proven, and the DID by which he named it, if he did. */
export interface ProvenKey {
  readonly jwk: HolderJwk
  readonly thumbprint: string
  readonly did?: string
}
export interface CredentialContent {
  readonly id: string
  readonly claims: Readonly<Record<string, unknown>>
  readonly holder: ProvenKey
  /** Seconds since 1970. */
  readonly iat: number
  readonly exp: number
  readonly place: StatusPlace
}
export interface Configuration {
  readonly id: string
  readonly file: ConfigurationFile
  /** Registry claims to ask for. */
  readonly needed: readonly string[]
  /** A compact SD-JWT, or the object of an `ldp_vc`. */
  issue(content: CredentialContent): Promise<string | Record<string, unknown>>
}

export const typeUrl = (publicUrl: string, type: string): string =>
  `${publicUrl}/credentials/types/${type}`

export const compileCatalogue = (
  ctx: Context,
  catalogue: Catalogue,
  dataIntegrity: DataIntegrity,
): ReadonlyMap<string, Configuration> =>
  new Map(
    Object.entries(catalogue.configurations).map(([id, file]) => {
      const needed = neededClaims(file.claims)
      const issue = file.format === 'ldp_vc' ? ldp(ctx, id, file, dataIntegrity) : sdJwt(ctx, file)
      return [id, { id, file, needed, issue }]
    }),
  )

type Issue = Configuration['issue']

const sdJwt = (ctx: Context, file: Extract<ConfigurationFile, { format: 'dc+sd-jwt' }>): Issue => {
  const { publicUrl } = ctx.config.server
  const build = compileSdJwt({
    iss: publicUrl,
    vct: typeUrl(publicUrl, file.type),
    disclosable: file.claims.map((claim) => claim.name),
    decoys: file.decoys,
  })
  return async ({ claims, holder, iat, exp, place }) => {
    const { kid } = await ctx.keys.active('credential-sd-jwt')
    const status = { idx: place.index, uri: tokenListUrl(publicUrl, place.list) }
    return build(ctx, kid, { claims, holder: holder.jwk, iat, exp, status })
  }
}

const ldp = (
  ctx: Context,
  configurationId: string,
  file: ConfigurationFile,
  dataIntegrity: DataIntegrity,
): Issue => {
  const { publicUrl } = ctx.config.server
  const issuer = issuerDid(publicUrl)
  return ({ id, claims, holder, iat, exp, place }) =>
    dataIntegrity.sign(
      unsignedCredential({
        id,
        publicUrl,
        configurationId,
        type: file.type,
        issuer,
        holderDid: holder.did ?? didJwkOf(holder.jwk),
        claims,
        iat,
        exp,
        status: { idx: place.index, uri: bitstringListUrl(publicUrl, place.list) },
      }),
    )
}
