/** A wallet of another make: `@openid4vc/openid4vci`, told nothing of us but the offer's link. */
import { createHash, randomBytes } from 'node:crypto'
import { Openid4vciClient, setGlobalConfig } from '@openid4vc/openid4vci'
import { SignJWT } from 'jose'
import { type Holder, newHolder } from './holder.ts'

// the tests' servers are on the loopback, without TLS
setGlobalConfig({ allowInsecureUrls: true })

type PublicJwk = Record<string, unknown> & { kty: string; x?: string }

export interface Wallet {
  readonly client: Openid4vciClient
  /** Every key it has proven, in order. */
  readonly holders: readonly Holder[]
  /** A fresh key, by `jwk` or, with a DID, by `kid`. */
  signer(alg: Holder['alg'], didUrl?: (holder: Holder) => string): Promise<Signer>
}
export type Signer =
  | { readonly method: 'jwk'; readonly alg: string; readonly publicJwk: PublicJwk }
  | { readonly method: 'did'; readonly alg: string; readonly didUrl: string }

export const newWallet = (): Wallet => {
  const holders: Holder[] = []
  const byDid = new Map<string, Holder>()
  const holderOf = (signer: { method: string; publicJwk?: PublicJwk; didUrl?: string }): Holder => {
    const holder =
      signer.method === 'did'
        ? byDid.get(signer.didUrl ?? '')
        : holders.find((one) => one.jwk.x === signer.publicJwk?.x)
    if (!holder) throw new Error('not a key of this wallet')
    return holder
  }
  const client = new Openid4vciClient({
    callbacks: {
      fetch,
      hash: (data, algorithm) => createHash(algorithm.replace('-', '')).update(data).digest(),
      generateRandom: (length) => randomBytes(length),
      // OpenID4VCI 1.0 §6.1: no client_id with a pre-authorized code
      clientAuthentication: () => undefined,
      signJwt: async (signer, { header, payload }) => {
        const holder = holderOf(signer as never)
        const jwt = await new SignJWT(payload as never)
          .setProtectedHeader(header as never)
          .sign(holder.privateKey)
        return { jwt, signerJwk: holder.jwk as PublicJwk }
      },
    },
  })
  return {
    client,
    holders,
    signer: async (alg, didUrl) => {
      const holder = await newHolder(alg)
      holders.push(holder)
      if (!didUrl) return { method: 'jwk', alg, publicJwk: holder.jwk as PublicJwk }
      byDid.set(didUrl(holder), holder)
      return { method: 'did', alg, didUrl: didUrl(holder) }
    },
  }
}

export type IssuerMetadata = Awaited<ReturnType<Openid4vciClient['resolveIssuerMetadata']>>

/** From the link to the credentials: metadata, token, nonce, `copies` proofs. */
export const collect = async (
  wallet: Wallet,
  link: string,
  order: {
    readonly txCode: string
    readonly configurationId: string
    readonly signers: readonly Signer[]
  },
) => {
  const { client } = wallet
  const credentialOffer = await client.resolveCredentialOffer(link)
  const issuerMetadata = await client.resolveIssuerMetadata(credentialOffer.credential_issuer)
  const { accessTokenResponse } = await client.retrievePreAuthorizedCodeAccessTokenFromOffer({
    credentialOffer,
    issuerMetadata,
    txCode: order.txCode,
  })
  const accessToken = accessTokenResponse.access_token
  const credentials = () => request(wallet, issuerMetadata, accessToken, order)
  return { credentialOffer, issuerMetadata, accessToken, credentials }
}

const request = async (
  { client }: Wallet,
  issuerMetadata: IssuerMetadata,
  accessToken: string,
  order: { readonly configurationId: string; readonly signers: readonly Signer[] },
) => {
  const { c_nonce: nonce } = await client.requestNonce({ issuerMetadata })
  const proofs = await Promise.all(
    order.signers.map((signer) =>
      client.createCredentialRequestJwtProof({
        issuerMetadata,
        credentialConfigurationId: order.configurationId,
        signer: signer as never,
        nonce,
        issuedAt: new Date(),
      }),
    ),
  )
  const { credentialResponse } = await client.retrieveCredentials({
    issuerMetadata,
    accessToken,
    credentialConfigurationId: order.configurationId,
    proofs: { jwt: proofs.map(({ jwt }) => jwt) },
  })
  return credentialResponse
}
